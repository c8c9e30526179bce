// What a chat item says beside text, people and times: each kind of content and of update in its own terms, as one line
// of each side.
const snake = (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase().replace('by_notification_profile', 'by_profile');
const joined = (...parts) => parts.filter(Boolean).join(' ');

const groupEvents = {
  GenericGroupUpdate: 'group_updated', GroupCreationUpdate: 'group_created', GroupNameUpdate: 'group_name', GroupAvatarUpdate: 'group_picture',
  GroupDescriptionUpdate: 'group_description', GroupMembershipAccessLevelChangeUpdate: 'membership_access',
  GroupAttributesAccessLevelChangeUpdate: 'attributes_access', GroupAnnouncementOnlyChangeUpdate: 'announcements_only', GroupAdminStatusUpdate: 'admin_status',
  GroupMemberLeftUpdate: 'left', GroupMemberRemovedUpdate: 'removed', SelfInvitedToGroupUpdate: 'self_invited', SelfInvitedOtherUserToGroupUpdate: 'self_invited_other',
  GroupUnknownInviteeUpdate: 'invited_unknown', GroupInvitationAcceptedUpdate: 'invitation_accepted', GroupInvitationDeclinedUpdate: 'invitation_declined',
  GroupMemberJoinedUpdate: 'joined', GroupMemberAddedUpdate: 'added', GroupSelfInvitationRevokedUpdate: 'self_invitation_revoked',
  GroupInvitationRevokedUpdate: 'invitation_revoked', GroupJoinRequestUpdate: 'join_requested', GroupJoinRequestApprovalUpdate: 'join_request_answered',
  GroupJoinRequestCanceledUpdate: 'join_request_cancelled', GroupInviteLinkResetUpdate: 'link_reset', GroupInviteLinkEnabledUpdate: 'link_enabled',
  GroupInviteLinkAdminApprovalUpdate: 'link_approval', GroupInviteLinkDisabledUpdate: 'link_disabled', GroupMemberJoinedByLinkUpdate: 'joined_by_link',
  GroupV2MigrationUpdate: 'migrated', GroupV2MigrationSelfInvitedUpdate: 'migration_self_invited', GroupV2MigrationInvitedMembersUpdate: 'migration_invited',
  GroupV2MigrationDroppedMembersUpdate: 'migration_dropped', GroupSequenceOfRequestsAndCancelsUpdate: 'join_requested_and_cancelled',
  GroupExpirationTimerUpdate: 'timer', GroupMemberLabelAccessLevelChangeUpdate: 'member_label_access', GroupTerminateChangeUpdate: 'group_terminated',
};
const simpleEvents = {
  JoinedSignal: 'joined_signal', IdentityUpdate: 'safety_number_changed', IdentityVerified: 'safety_number_verified', IdentityDefault: 'safety_number_not_verified',
  ChangeNumber: 'number_changed', ReleaseChannelDonationRequest: 'donation_request', EndSession: 'session_ended', ChatSessionRefresh: 'session_refreshed',
  BadDecrypt: 'message_not_decrypted', PaymentsActivated: 'payments_activated', PaymentActivationRequest: 'payments_requested',
  UnsupportedProtocolMessage: 'unsupported_message', ReportedSpam: 'reported_spam', Blocked: 'blocked', Unblocked: 'unblocked',
  MessageRequestAccepted: 'message_request_accepted',
};

/// Every service id that a value names.
function named(value, known, out = new Set()) {
  if (typeof value === 'string' && /^(PNI:)?[0-9a-f]{8}-[0-9a-f]{4}-/.test(value)) out.add(known.get(value) ?? (value.startsWith('PNI:') ? `pni:${value.slice(4)}` : `aci:${value}`));
  if (value && typeof value === 'object') Object.values(value).forEach((v) => named(v, known, out));
  return out;
}

function ofGroupChange(update, known) {
  const kind = typeof update === 'string' ? update : Object.keys(update)[0], u = typeof update === 'string' ? {} : update[kind];
  return [groupEvents[kind] ?? kind, [...named(u, known)].sort(), u.newGroupName ?? u.newDescription ?? '', u.accessLevel ? snake(u.accessLevel) : null,
          u.inviteeCount ?? u.invitedMembersCount ?? u.droppedMembersCount ?? u.count ?? null, u.isAnnouncementOnly ?? null,
          u.linkRequiresAdminApproval ?? null, u.wasRemoved ?? null, u.expiresInMs ?? null, u.wasAdminStatusGranted ?? u.wasApproved ?? null];
}

function ofUpdate(update, known, person) {
  if (typeof update === 'string') return [[update]];
  const kind = Object.keys(update)[0], u = update[kind];
  switch (kind) {
    case 'GroupChange': return u.updates.map((one) => ofGroupChange(one, known));
    case 'Simple': return [[simpleEvents[u] ?? u]];
    case 'IndividualCall': return [['individual_call', String(u.id), snake(u.state), u.call_type === 'Video', u.outgoing, u.started_at]];
    case 'GroupCall': return [['group_call', String(u.id), snake(u.state), u.started_call_recipient ? person(u.started_call_recipient) : null, u.started_at, u.ended_at]];
    case 'ProfileChange': return [['profile_name', u.previous, u.new]];
    case 'LearnedProfileUpdate': return [['profile_learned', u.E164 ? `+${u.E164}` : String(u.Username)]];
    case 'ThreadMerge': return [['conversations_merged', `+${u.previous_e164}`]];
    case 'SessionSwitchover': return [['session_switchover', `+${u.e164}`]];
    case 'ExpirationTimerChange': return [['timer', u.expires_in ?? 0]];
    case 'PollTerminate': return [['poll_end', u.target_sent_timestamp, u.question]];
    case 'PinMessage': return [['pin', u.target_sent_timestamp, person(u.author)]];
    default: return [[kind]];
  }
}

/// Of one version of an item.
export function theirDetails(item, kind, body, known, person) {
  if (kind === 'Update') return JSON.stringify(ofUpdate(body, known, person));
  const out = { expires_in: item.expires_in || null, view_once: kind === 'ViewOnce',
                pinned: item.pin_details ? true : false, read: item.direction.Incoming?.read ?? null,
                sealed: item.direction.Incoming?.sealed_sender ?? null };
  if (kind === 'Contact') {
    const c = body.contact, n = c.name ?? {};
    const name = joined(n.prefix, n.givenName, n.middleName, n.familyName, n.suffix) || n.nickname || '';
    const places = c.address.map((a) => [a.street, a.pobox, a.neighborhood, a.postcode, a.city, a.region, a.country].filter(Boolean).join(', '));
    out.contact = [name, c.organization, ...c.number.map((x) => x.value), ...c.email.map((x) => x.value), ...places].filter(Boolean);
  }
  if (kind === 'Sticker') out.sticker = [body.sticker.pack_id, body.sticker.sticker_id];
  if (kind === 'Poll') out.poll = [body.allow_multiple, body.has_ended, body.options.map((o) => [o.option, o.votes.length])];
  if (kind === 'PaymentNotification') out.payment = [body.amount ?? null, body.fee ?? null];
  if (kind === 'GiftBadge') out.gift = typeof body === 'string' ? snake(body) : snake((body.Valid ?? body).state ?? Object.keys(body)[0]);
  return JSON.stringify(out);
}

function ofOurUpdate(r) {
  const e = r.extra ?? {}, sent = Date.parse(r.sent_at), target = r.target?.sent_at ? Date.parse(r.target.sent_at) : null;
  switch (e.event) {
    case 'individual_call': return [e.event, String(e.call_id), e.state, e.video, e.direction === 'outgoing', sent];
    case 'group_call': return [e.event, String(e.call_id), e.state, r.people.find((p) => p.role === 'caller')?.id ?? null, sent, e.ended_at_ms ?? null];
    case 'profile_name': return [e.event, e.previous_name, r.text];
    case 'profile_learned': return [e.event, e.previous_name];
    case 'conversations_merged':
    case 'session_switchover': return [e.event, e.previous_number];
    case 'poll_end': return [e.event, target, r.target?.text ?? ''];
    case 'pin': return [e.event, target, r.target?.author_id];
    default: break;
  }
  if (!/\/update\/\d+$/.test(r.native_id)) return e.event === 'timer' ? ['timer', e.expires_in_ms] : [e.event];
  const others = r.people.filter((p) => p.role && !['admin', 'member'].includes(p.role));
  const role = (...names) => (others.some((p) => names.includes(p.role)) ? true : null);
  const answer = e.event === 'admin_status' ? role('promoted') ?? false : e.event === 'join_request_answered' ? !role('denied') : null;
  const people = new Set([...(r.author && r.author.id !== 'self' ? [r.author.id] : []), ...others.map((p) => p.id)]);
  return [e.event, [...people].sort(), r.text ?? '', e.access ?? null, e.count ?? null, e.on ?? null, e.needs_approval ?? null,
          e.event === 'group_picture' ? e.removed : null, e.event === 'timer' ? e.expires_in_ms : null, answer];
}

/// `records`: the version's head, or its updates; `pinned`: whether a pin follows.
export function ourDetails(records, pinned) {
  const r = records[0], e = r.extra ?? {};
  if (e.event !== undefined) return JSON.stringify(records.map(ofOurUpdate));
  const out = { expires_in: r.expires_in_ms ?? null, view_once: r.view_once ?? false, pinned, read: e.read ?? null,
                sealed: e.read === undefined ? null : e.sealed_sender ?? false };
  if (e.content === 'contact') out.contact = e.contact.split('\n').filter(Boolean);
  if (e.content === 'sticker') out.sticker = [e.sticker_pack, e.sticker_id];
  if (r.kind === 'poll') out.poll = [r.poll.multiple, r.poll.ended, r.poll.options.map((o) => [o.text, o.votes])];
  if (e.content === 'payment') out.payment = [e.payment_amount_mob ?? null, e.payment_fee_mob ?? null];
  if (e.content === 'gift_badge') out.gift = e.gift_badge_state;
  return JSON.stringify(out);
}
