#include "lies.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/hash.h"

namespace strongroom::liar {
namespace {

constexpr std::size_t kFloodBytes = 20u << 20;  ///< more than any client takes
constexpr std::uint64_t kLeafOfNothing = 9;  ///< what is thanked for is said to stand there

bool differs_each_time(std::string_view segment) {
  constexpr std::size_t kHexAtLeast = 16;
  const bool digits = !segment.empty() && segment.find_first_not_of("0123456789") == segment.npos;
  return digits ||
         (segment.size() >= kHexAtLeast && segment.find_first_not_of("0123456789abcdef") == segment.npos);
}

/// The encoded items of an answer that is one array; nothing if it is something else or empty.
std::optional<std::vector<Bytes>> items_of(BytesView answer) {
  cbor::Reader reader(answer);
  const auto count = reader.array();
  if (!count || *count == 0) return std::nullopt;
  std::vector<Bytes> items;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto item = reader.item();
    if (!item) return std::nullopt;
    items.push_back(copy_of(*item));
  }
  return items;
}

wire::Response with_body(const wire::Response& honest, Bytes body) {
  wire::Response out = honest;
  out.body = std::move(body);
  return out;
}

Bytes array_of_items(const std::vector<Bytes>& items) {
  cbor::Writer writer;
  writer.array(items.size());
  for (const Bytes& item : items) writer.raw(item);
  return writer.take();
}

/// Two items [leaf, object] of one kind of entry, each with the object of the other; nothing if there are none.
bool exchange_objects(std::vector<Bytes>& items) {
  constexpr std::size_t kVersionAndType = 2;
  struct Entry {
    Bytes leaf, object;
  };
  std::vector<Entry> entries;
  for (const Bytes& item : items) {
    cbor::Reader reader(item);
    if (!reader.array(2)) return false;
    const auto leaf = reader.bytes(), object = reader.bytes();
    if (!leaf || !object || leaf->size() < kVersionAndType) return false;
    entries.push_back({copy_of(*leaf), copy_of(*object)});
  }
  for (std::size_t i = 1; i < entries.size(); ++i) {
    Entry &a = entries[i - 1], &b = entries[i];
    if (a.object.empty() || b.object.empty() || a.leaf[1] != b.leaf[1]) continue;
    items[i - 1] = cbor::Writer().array(2).bytes(a.leaf).bytes(b.object).take();
    items[i] = cbor::Writer().array(2).bytes(b.leaf).bytes(a.object).take();
    return true;
  }
  return false;
}

std::optional<Bytes> list_lie(std::string_view lie, BytesView answer) {
  auto items = items_of(answer);
  if (!items) return std::nullopt;
  if (lie == "drop-first") {
    items->erase(items->begin());
  } else if (lie == "drop-last") {
    items->pop_back();
  } else if (lie == "repeat") {
    items->push_back(items->front());
  } else if (lie == "reverse") {
    std::ranges::reverse(*items);
  } else if (lie == "exchange") {
    if (!exchange_objects(*items)) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return array_of_items(*items);
}

/// Bytes that nobody meant, the same for the same answer.
Bytes invented(BytesView answer) {
  Bytes out;
  for (Hash256 block = crypto::sha256(answer); out.size() < answer.size(); block = crypto::sha256(block))
    append(out, block);
  out.resize(answer.size());
  return out;
}

std::optional<Bytes> byte_lie(std::string_view lie, BytesView answer) {
  if (lie == "flood") return Bytes(kFloodBytes);
  if (answer.empty()) return std::nullopt;
  if (lie == "empty") return Bytes();
  if (lie == "cut") return copy_of(answer.first(answer.size() / 2));
  if (lie == "invented") return invented(answer);
  Bytes out = copy_of(answer);
  if (lie == "grown") {
    out.push_back(std::byte{0});
  } else if (lie.starts_with("flip-") && lie.size() == 6) {
    const auto tenths = static_cast<std::size_t>(lie.back() - '0');
    out[std::min(out.size() - 1, out.size() * tenths / 10)] ^= std::byte{1};
  } else {
    return std::nullopt;
  }
  return out;
}

}  // namespace

std::string kind_of(const wire::RequestHead& request) {
  constexpr const char* kMethods[] = {"GET", "POST", "PUT"};
  std::string out = std::string(kMethods[static_cast<int>(request.method)]) + " ";
  std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const bool tile = path.find("/tile/") != path.npos;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (tile && (segment.starts_with('x') || segment.ends_with(".p") || differs_each_time(segment))) {
      if (!out.ends_with("/*")) out += "/*";  // a tile's number has as many segments as it needs
    } else {
      out += "/" + (differs_each_time(segment) ? std::string("*") : std::string(segment));
    }
    path.remove_prefix(end);
  }
  return out;
}

std::optional<wire::Response> told(std::string_view lie, const wire::Response& honest, const Past& past) {
  std::optional<wire::Response> out;
  if (lie == "gone") {
    out = wire::Response{
        404, "application/json", copy_of(bytes_of(R"({"code": "not-found", "what": "gone"})")), {}};
  } else if (lie == "broken") {
    out = wire::Response::text(500, "broken");
  } else if (honest.status != 200) {
    return std::nullopt;
  } else if (lie == "stale" || lie == "other") {
    const wire::Response* earlier = lie == "stale" ? past.first : past.other;
    if (earlier != nullptr) out = *earlier;
  } else if (auto body = list_lie(lie, honest.body)) {
    out = with_body(honest, std::move(*body));
  } else if (auto bytes = byte_lie(lie, honest.body)) {
    out = with_body(honest, std::move(*bytes));
  }
  if (out && out->status == honest.status && out->body == honest.body) return std::nullopt;
  return out;
}

std::optional<wire::Response> swallowed(const wire::Request& request, const Past& past) {
  if (request.method == wire::Method::get) return std::nullopt;
  if (request.method == wire::Method::put) return wire::Response{204, "", {}, {}};
  cbor::Writer writer;
  if (request.target == "/v1/blob") {
    writer.array(1).bytes(crypto::sha256(request.body));
  } else if (request.target == "/v1/entries") {
    const auto entries = items_of(request.body);
    if (!entries) return std::nullopt;
    writer.array(entries->size());
    for (std::size_t i = 0; i < entries->size(); ++i)
      writer.array(3).uint(1).uint(kLeafOfNothing + i).array(0);  // "received"
  } else if (past.other != nullptr) {
    return *past.other;
  } else {
    writer.array(1).uint(kLeafOfNothing);
  }
  return wire::Response::binary(writer.take(), "application/cbor");
}

bool alter(wire::Request& request) {
  if (request.body.empty()) return false;
  request.body[request.body.size() / 2] ^= std::byte{1};
  return true;
}

std::optional<wire::Response> resigned(const wire::Response& checkpoint, const ledger::NoteSigner& ledger) {
  const auto honest = ledger::parse_cosigned_checkpoint_unverified(text_of(checkpoint.body));
  if (!honest || honest->checkpoint.origin != ledger.vkey().name) return std::nullopt;
  const Hash256 root = crypto::sha256(checkpoint.body);
  const auto forged = ledger::sign_checkpoint({honest->checkpoint.size.value + 1}, root, ledger);
  if (!forged) return std::nullopt;
  const auto whole = ledger::with_cosignatures(*forged, honest->note.signatures);
  return with_body(checkpoint, copy_of(bytes_of(ledger::format_cosigned_checkpoint(whole))));
}

}  // namespace strongroom::liar
