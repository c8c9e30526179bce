// The 36 changes of a group, one record each: who did it is the author, who it happened to stands in `people`.
#include "capture/signal/updates.h"

namespace strongroom::capture::signal {
namespace {

using record::Kind;
using record::Record;
using U = frames::GroupChangeChatUpdate::Update;

/// One group update being written into a record.
class Change {
 public:
  Change(const Surroundings& around, Record& out) : around_(around), out_(out) {}

  /// `by` is a message with an optional updater; a change without one was made by nobody the source names.
  template <class M>
  Change& say(Kind kind, std::string_view event, const M& message) {
    if constexpr (requires { message.updateraci(); }) by(message.updateraci());
    return say(kind, event);
  }
  Change& say(Kind kind, std::string_view event) {
    out_.kind = kind;
    out_.extra["event"] = std::string(event);
    return *this;
  }
  Change& by(const std::string& service_id) {
    if (service_id.empty()) {
      out_.extra["unknown_updater"] = true;
      return *this;
    }
    out_.author = around_.directory.person_of_service_id(service_id);
    return *this;
  }
  Change& whom(const std::string& service_id, std::string_view role) {
    if (!service_id.empty())
      out_.people.push_back(with_role(around_.directory.person_of_service_id(service_id), role));
    return *this;
  }
  Change& text(const std::string& text) {
    out_.text = text;
    return *this;
  }
  Change& extra(const std::string& name, record::Extra value) {
    out_.extra[name] = std::move(value);
    return *this;
  }
  Change& access(frames::GroupV2AccessLevel level) {
    static constexpr std::string_view kLevels[] = {"unknown", "any", "member", "administrator",
                                                   "unsatisfiable"};
    const auto index = static_cast<std::size_t>(level);
    return extra("access", std::string(index < std::size(kLevels) ? kLevels[index] : "unknown"));
  }

 private:
  const Surroundings& around_;
  Record& out_;
};

/// People who came, went or changed their part. False if the update is none of these.
bool fill_membership(const U& u, Change c) {
  switch (u.update_case()) {
    case U::kGroupCreationUpdate:
      c.say(Kind::membership, "group_created", u.groupcreationupdate());
      return true;
    case U::kGroupAdminStatusUpdate:
      c.say(Kind::membership, "admin_status", u.groupadminstatusupdate())
          .whom(u.groupadminstatusupdate().memberaci(),
                u.groupadminstatusupdate().wasadminstatusgranted() ? "promoted" : "demoted");
      return true;
    case U::kGroupMemberLeftUpdate:
      c.say(Kind::membership, "left")
          .by(u.groupmemberleftupdate().aci())
          .whom(u.groupmemberleftupdate().aci(), "left");
      return true;
    case U::kGroupMemberRemovedUpdate:
      c.say(Kind::membership, "removed")
          .by(u.groupmemberremovedupdate().removeraci())
          .whom(u.groupmemberremovedupdate().removedaci(), "removed");
      return true;
    case U::kGroupMemberJoinedUpdate:
      c.say(Kind::membership, "joined")
          .by(u.groupmemberjoinedupdate().newmemberaci())
          .whom(u.groupmemberjoinedupdate().newmemberaci(), "joined");
      return true;
    case U::kGroupMemberAddedUpdate:
      c.say(Kind::membership, "added", u.groupmemberaddedupdate())
          .whom(u.groupmemberaddedupdate().newmemberaci(), "added")
          .whom(u.groupmemberaddedupdate().inviteraci(), "inviter")
          .extra("had_open_invitation", u.groupmemberaddedupdate().hadopeninvitation());
      return true;
    case U::kGroupMemberJoinedByLinkUpdate:
      c.say(Kind::membership, "joined_by_link")
          .by(u.groupmemberjoinedbylinkupdate().newmemberaci())
          .whom(u.groupmemberjoinedbylinkupdate().newmemberaci(), "joined");
      return true;
    case U::kGroupV2MigrationInvitedMembersUpdate:
      c.say(Kind::membership, "migration_invited")
          .extra("count", std::uint64_t{u.groupv2migrationinvitedmembersupdate().invitedmemberscount()});
      return true;
    case U::kGroupV2MigrationDroppedMembersUpdate:
      c.say(Kind::membership, "migration_dropped")
          .extra("count", std::uint64_t{u.groupv2migrationdroppedmembersupdate().droppedmemberscount()});
      return true;
    case U::kGroupV2MigrationSelfInvitedUpdate:
      c.say(Kind::membership, "migration_self_invited");
      return true;
    default: return false;
  }
}

/// Invitations and requests to join.
bool fill_invitation(const U& u, Change c) {
  switch (u.update_case()) {
    case U::kSelfInvitedToGroupUpdate:
      c.say(Kind::membership, "self_invited").by(u.selfinvitedtogroupupdate().inviteraci());
      return true;
    case U::kSelfInvitedOtherUserToGroupUpdate:
      c.say(Kind::membership, "self_invited_other")
          .whom(u.selfinvitedotherusertogroupupdate().inviteeserviceid(), "invited");
      return true;
    case U::kGroupUnknownInviteeUpdate:
      c.say(Kind::membership, "invited_unknown")
          .by(u.groupunknowninviteeupdate().inviteraci())
          .extra("count", std::uint64_t{u.groupunknowninviteeupdate().inviteecount()});
      return true;
    case U::kGroupInvitationAcceptedUpdate:
      c.say(Kind::membership, "invitation_accepted")
          .by(u.groupinvitationacceptedupdate().newmemberaci())
          .whom(u.groupinvitationacceptedupdate().newmemberaci(), "joined")
          .whom(u.groupinvitationacceptedupdate().inviteraci(), "inviter");
      return true;
    case U::kGroupInvitationDeclinedUpdate:
      c.say(Kind::membership, "invitation_declined")
          .by(u.groupinvitationdeclinedupdate().inviteeaci())
          .whom(u.groupinvitationdeclinedupdate().inviteraci(), "inviter");
      return true;
    case U::kGroupSelfInvitationRevokedUpdate:
      c.say(Kind::membership, "self_invitation_revoked")
          .by(u.groupselfinvitationrevokedupdate().revokeraci());
      return true;
    case U::kGroupInvitationRevokedUpdate: {
      c.say(Kind::membership, "invitation_revoked", u.groupinvitationrevokedupdate());
      for (const auto& invitee : u.groupinvitationrevokedupdate().invitees()) {
        const std::string pni =
            invitee.inviteepni().size() == 16 ? "\x01" + invitee.inviteepni() : invitee.inviteepni();
        c.whom(invitee.inviteeaci().empty() ? pni : invitee.inviteeaci(), "revoked")
            .whom(invitee.inviteraci(), "inviter");
      }
      return true;
    }
    case U::kGroupJoinRequestUpdate:
      c.say(Kind::membership, "join_requested").by(u.groupjoinrequestupdate().requestoraci());
      return true;
    case U::kGroupJoinRequestApprovalUpdate:
      c.say(Kind::membership, "join_request_answered", u.groupjoinrequestapprovalupdate())
          .whom(u.groupjoinrequestapprovalupdate().requestoraci(),
                u.groupjoinrequestapprovalupdate().wasapproved() ? "joined" : "denied");
      return true;
    case U::kGroupJoinRequestCanceledUpdate:
      c.say(Kind::membership, "join_request_cancelled").by(u.groupjoinrequestcanceledupdate().requestoraci());
      return true;
    case U::kGroupSequenceOfRequestsAndCancelsUpdate:
      c.say(Kind::membership, "join_requested_and_cancelled")
          .by(u.groupsequenceofrequestsandcancelsupdate().requestoraci())
          .extra("count", std::uint64_t{u.groupsequenceofrequestsandcancelsupdate().count()});
      return true;
    default: return false;
  }
}

/// How the group presents itself, and its timer.
bool fill_appearance(const U& u, Change c) {
  switch (u.update_case()) {
    case U::kGroupNameUpdate:
      c.say(Kind::rename, "group_name", u.groupnameupdate()).text(u.groupnameupdate().newgroupname());
      return true;
    case U::kGroupAvatarUpdate:
      c.say(Kind::rename, "group_picture", u.groupavatarupdate())
          .extra("removed", u.groupavatarupdate().wasremoved());
      return true;
    case U::kGroupDescriptionUpdate:
      c.say(Kind::rename, "group_description", u.groupdescriptionupdate())
          .text(u.groupdescriptionupdate().newdescription());
      return true;
    case U::kGroupExpirationTimerUpdate:
      c.say(Kind::timer, "timer", u.groupexpirationtimerupdate())
          .extra("expires_in_ms", std::uint64_t{u.groupexpirationtimerupdate().expiresinms()});
      return true;
    default: return false;
  }
}

/// Rights, links and everything else.
bool fill_rights(const U& u, Change c) {
  switch (u.update_case()) {
    case U::kGenericGroupUpdate: c.say(Kind::notice, "group_updated", u.genericgroupupdate()); return true;
    case U::kGroupMembershipAccessLevelChangeUpdate:
      c.say(Kind::notice, "membership_access", u.groupmembershipaccesslevelchangeupdate())
          .access(u.groupmembershipaccesslevelchangeupdate().accesslevel());
      return true;
    case U::kGroupAttributesAccessLevelChangeUpdate:
      c.say(Kind::notice, "attributes_access", u.groupattributesaccesslevelchangeupdate())
          .access(u.groupattributesaccesslevelchangeupdate().accesslevel());
      return true;
    case U::kGroupMemberLabelAccessLevelChangeUpdate:
      c.say(Kind::notice, "member_label_access", u.groupmemberlabelaccesslevelchangeupdate())
          .access(u.groupmemberlabelaccesslevelchangeupdate().accesslevel());
      return true;
    case U::kGroupAnnouncementOnlyChangeUpdate:
      c.say(Kind::notice, "announcements_only", u.groupannouncementonlychangeupdate())
          .extra("on", u.groupannouncementonlychangeupdate().isannouncementonly());
      return true;
    case U::kGroupInviteLinkResetUpdate:
      c.say(Kind::notice, "link_reset", u.groupinvitelinkresetupdate());
      return true;
    case U::kGroupInviteLinkEnabledUpdate:
      c.say(Kind::notice, "link_enabled", u.groupinvitelinkenabledupdate())
          .extra("needs_approval", u.groupinvitelinkenabledupdate().linkrequiresadminapproval());
      return true;
    case U::kGroupInviteLinkAdminApprovalUpdate:
      c.say(Kind::notice, "link_approval", u.groupinvitelinkadminapprovalupdate())
          .extra("needs_approval", u.groupinvitelinkadminapprovalupdate().linkrequiresadminapproval());
      return true;
    case U::kGroupInviteLinkDisabledUpdate:
      c.say(Kind::notice, "link_disabled", u.groupinvitelinkdisabledupdate());
      return true;
    case U::kGroupV2MigrationUpdate: c.say(Kind::notice, "migrated"); return true;
    case U::kGroupTerminateChangeUpdate:
      c.say(Kind::notice, "group_terminated", u.groupterminatechangeupdate());
      return true;
    default: return false;
  }
}

}  // namespace

void fill_group_update(const U& update, const Surroundings& around, Record& out) {
  const Change change(around, out);
  if (fill_membership(update, change) || fill_invitation(update, change) || fill_appearance(update, change) ||
      fill_rights(update, change))
    return;
  Change(change).say(Kind::notice, "unknown");
  out.doubts.push_back({"unknown-item", "a group update of a kind this program does not know"});
}

}  // namespace strongroom::capture::signal
