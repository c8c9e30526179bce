#include "record/names.h"

#include <array>

namespace strongroom::record {
namespace {

template <class E>
struct Named {
  E value;
  std::string_view name;
};

constexpr std::array kKinds{
    Named{Kind::message, "message"},
    Named{Kind::edit, "edit"},
    Named{Kind::deletion, "deletion"},
    Named{Kind::reaction, "reaction"},
    Named{Kind::receipt, "receipt"},
    Named{Kind::membership, "membership"},
    Named{Kind::rename, "rename"},
    Named{Kind::call, "call"},
    Named{Kind::timer, "timer"},
    Named{Kind::poll, "poll"},
    Named{Kind::poll_vote, "poll_vote"},
    Named{Kind::poll_end, "poll_end"},
    Named{Kind::pin, "pin"},
    Named{Kind::notice, "notice"},
    Named{Kind::context, "context"},
    Named{Kind::attachment, "attachment"},
    Named{Kind::unparsed_original, "unparsed_original"},
};
constexpr std::array kCertainties{
    Named{ZoneCertainty::instant, "instant"},
    Named{ZoneCertainty::stated, "stated"},
    Named{ZoneCertainty::assumed, "assumed"},
};
constexpr std::array kConversationKinds{
    Named{ConversationKind::unknown, "unknown"},
    Named{ConversationKind::direct, "direct"},
    Named{ConversationKind::group, "group"},
    Named{ConversationKind::broadcast, "broadcast"},
    Named{ConversationKind::note_to_self, "note_to_self"},
};
constexpr std::array kAttachmentStates{
    Named{AttachmentState::present, "present"},
    Named{AttachmentState::not_in_source, "not_in_source"},
    Named{AttachmentState::omitted, "omitted"},
    Named{AttachmentState::missing, "missing"},
};

template <class E, std::size_t N>
std::string_view find_name(const std::array<Named<E>, N>& table, E value) {
  for (const auto& row : table) {
    if (row.value == value) return row.name;
  }
  return "unknown";
}

template <class E, std::size_t N>
std::optional<E> find_value(const std::array<Named<E>, N>& table, std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Kind kind) { return find_name(kKinds, kind); }
std::optional<Kind> kind_named(std::string_view name) { return find_value(kKinds, name); }
std::string_view name_of(ZoneCertainty certainty) { return find_name(kCertainties, certainty); }
std::optional<ZoneCertainty> zone_certainty_named(std::string_view name) {
  return find_value(kCertainties, name);
}
std::string_view name_of(ConversationKind kind) { return find_name(kConversationKinds, kind); }
std::optional<ConversationKind> conversation_kind_named(std::string_view name) {
  return find_value(kConversationKinds, name);
}
std::string_view name_of(AttachmentState state) { return find_name(kAttachmentStates, state); }
std::optional<AttachmentState> attachment_state_named(std::string_view name) {
  return find_value(kAttachmentStates, name);
}

}  // namespace strongroom::record
