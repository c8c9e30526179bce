#include "archive/body_check.h"

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::archive {

void BodyCheck::start() {
  thread_ = std::thread([this] { run(); });
}

void BodyCheck::finish() {
  ended_ = true;
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

void BodyCheck::put(std::vector<UncheckedBody> bodies) {
  for (UncheckedBody& body : bodies) {
    if (waiting_ >= kWaitingMax) return;
    if (inbox_.put(std::move(body))) ++waiting_;
  }
}

void BodyCheck::run() {
  while (!ended_ && !inbox_.finished()) {
    for (const UncheckedBody& body : inbox_.take(64, std::chrono::seconds(10))) {
      if (!ended_) check(body);
      --waiting_;
    }
  }
}

void BodyCheck::check(const UncheckedBody& body) {
  const Result<Bytes> bytes = vault_.read(body.at, body.name);
  if (!bytes) return warn_(bytes.error());
  if (crypto::sha512(*bytes) == body.sha512) return;
  refusals_.count("body-sha512", body.header);
  warn_({ErrorCode::unauthenticated, "a body has another SHA-512 than its header says",
         "header " + codec::hex(body.header), "its device is faulty or lies; the register will say so"});
}

}  // namespace strongroom::archive
