#include "capture/directory/parser.h"
#include "capture/discord/parser.h"
#include "capture/google_voice/parser.h"
#include "capture/imessage/parser.h"
#include "capture/jsonl/parser.h"
#include "capture/mail/outlook.h"
#include "capture/mail/parser.h"
#include "capture/matrix/parser.h"
#include "capture/mattermost/parser.h"
#include "capture/parser.h"
#include "capture/prepare.h"
#include "capture/signal/parser.h"
#include "capture/signal_cli/parser.h"
#include "capture/signal_desktop/parser.h"
#include "capture/signal_v1/parser.h"
#include "capture/slack/parser.h"
#include "capture/sms/parser.h"
#include "capture/teams/parser.h"
#include "capture/telegram/parser.h"
#include "capture/wecom/parser.h"
#include "capture/whatsapp/parser.h"
#include "capture/whatsapp_cloud/parser.h"
#include "capture/whatsapp_db/parser.h"

#include <algorithm>

namespace strongroom::capture {
namespace {

/// Leading directories two paths share.
std::size_t shared_directories(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  const std::size_t length = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < length && a[i] == b[i]; ++i) {
    if (a[i] == '/') ++shared;
  }
  return shared;
}

const Parser* surest(const std::vector<InputFile>& files) {
  const Parser* best = nullptr;
  int best_score = 0;
  for (const Parser& parser : parsers()) {
    const int score = parser.detect(files);
    if (score <= best_score) continue;
    best = &parser;
    best_score = score;
  }
  return best;
}

}  // namespace

void prepare() { mail::prepare(); }

const std::vector<Parser>& parsers() {
  static const std::vector<Parser> kParsers{
      signal::encrypted_parser(),
      signal::parser(),
      signal::takeout_parser(),
      signal_desktop::parser(),
      signal_v1::parser(),
      directory::parser(),
      discord::parser(),
      google_voice::parser(),
      signal_cli::parser(),
      imessage::parser(),
      jsonl::parser(),
      mail::parser(),
      mail::outlook_parser(),
      matrix::parser(),
      mattermost::actiance_parser(),
      mattermost::bulk_parser(),
      mattermost::csv_parser(),
      slack::events_parser(),
      slack::export_parser(),
      sms::parser(),
      teams::parser(),
      telegram::bot_parser(),
      telegram::desktop_parser(),
      telegram::html_parser(),
      wecom::archive_parser(),
      wecom::third_party_parser(),
      whatsapp::parser(),
      whatsapp_cloud::parser(),
      whatsapp_db::parser(),
  };
  return kParsers;
}

Result<const Parser*> detect(const std::vector<InputFile>& files) {
  if (const Parser* parser = surest(files)) return parser;
  return fail(ErrorCode::not_found, "no connector understands this material", {},
              "strongroom-agent inspect reads Signal backups, WhatsApp exports and strongroom JSON Lines");
}

bool is_claimed(const InputFile& file) { return surest({file}) != nullptr; }

std::vector<Share> divide(const std::vector<InputFile>& files, const MayLook& may_look) {
  std::vector<const Parser*> owner(files.size(), nullptr);
  std::vector<bool> forbidden(files.size());
  std::vector<std::size_t> claimed;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].packed != nullptr) continue;
    forbidden[i] = !may_look(files[i]);
    if (!forbidden[i]) owner[i] = surest({files[i]});
    if (owner[i] != nullptr) claimed.push_back(i);
  }
  const Parser* whole = nullptr;
  if (claimed.empty() && std::ranges::count(forbidden, true) == 0) whole = surest(files);
  std::vector<Share> shares;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Parser* parser = owner[i] != nullptr ? owner[i] : whole;
    std::size_t nearest = 0;
    for (const std::size_t j : claimed) {
      const std::size_t shared = 1 + shared_directories(files[i].path, files[j].path);
      if (owner[i] != nullptr || forbidden[i] || shared <= nearest) continue;
      nearest = shared;
      parser = owner[j];
    }
    auto share = std::ranges::find(shares, parser, &Share::parser);
    if (share == shares.end()) share = shares.insert(shares.end(), Share{parser, {}});
    share->files.push_back(files[i]);
  }
  return shares;
}

}  // namespace strongroom::capture
