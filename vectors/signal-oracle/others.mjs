// The frames of a backup that are no chat items: account, recipients, chats, calls of call links, sticker packs,
// notification profiles, chat folders. Of each side one list of lines, which must be the same in any order.
import { createHash } from 'node:crypto';

const keyName = (hex) => createHash('sha256').update('strongroom/signal-key-name').update(Buffer.from(hex, 'hex')).digest('hex').slice(0, 32);
const joined = (...parts) => parts.filter(Boolean).join(' ');
const line = (kind, fields) => JSON.stringify([kind, fields]);
const uuid = (bytes) => Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function idsOf(contact) {
  return [contact.aci && `aci:${contact.aci}`, contact.pni && `pni:${contact.pni.replace('PNI:', '')}`,
          contact.e164 && `tel:+${contact.e164}`, contact.username && `username:${contact.username}`].filter(Boolean);
}
/// As FORMAT.md says: nickname, address book, its nickname, profile, username, number.
function shownName(c) {
  return joined(c.nickname?.given_name, c.nickname?.family_name) || joined(c.system_given_name, c.system_family_name) ||
    c.system_nickname || joined(c.profile_given_name, c.profile_family_name) || c.username || (c.e164 ? `+${c.e164}` : '');
}

/// Id, name and members of a recipient.
function described(recipient, ownName, known) {
  if (recipient === 'ReleaseNotes') return { id: 'signal:release-notes', conversation: 'signal:release-notes', name: 'Signal' };
  if (recipient.Self_) return { id: 'self', conversation: 'signal:note-to-self', name: ownName };
  if (recipient.CallLink) {
    const id = `signal:call-link:${keyName(recipient.CallLink.root_key)}`;
    return { id, conversation: id, name: recipient.CallLink.name };
  }
  if (recipient.DistributionList) {
    const list = recipient.DistributionList.List ?? recipient.DistributionList.Deleted;
    const id = `signal:list:${list.distribution_id}`;
    const mode = list.privacy_mode ?? {};
    const members = (mode.OnlyWith ?? mode.AllExcept ?? []).map((r) => [described(r, ownName, known).id, '']);
    return { id, conversation: id, name: list.name ?? '', members };
  }
  if (recipient.Group) {
    const id = `signal:group:${keyName(recipient.Group.master_key)}`;
    const s = recipient.Group.snapshot ?? {};
    const who = (service) => known.get(service) ?? (service.startsWith('PNI:') ? `pni:${service.slice(4)}` : `aci:${service}`);
    const members = [
      ...(s.members ?? []).map((m) => [who(m.user_id), m.role === 'Administrator' ? 'admin' : 'member']),
      ...(s.members_pending_profile_key ?? []).map((m) => [who(m.user_id ?? m.member.user_id), 'invited']),
      ...(s.members_pending_admin_approval ?? []).map((m) => [who(m.user_id), 'requesting']),
      ...(s.members_banned ?? []).map((m) => [who(m.user_id), 'banned']),
    ];
    return { id, conversation: id, name: s.title ?? '', members, count: (s.members ?? []).length, description: s.description || null, blocked: recipient.Group.blocked };
  }
  const c = recipient.Contact;
  const ids = idsOf(c);
  return { id: ids[0], conversation: `signal:direct:${ids[0]}`, name: shownName(c), addresses: ids.slice(1), note: c.note || null, blocked: c.blocked };
}

/// Service id -> the id of the contact that has it.
export function knownIds(backup) {
  const known = new Map();
  for (const { Contact: c } of backup.recipients.filter((r) => r.Contact)) {
    if (c.aci) known.set(c.aci, idsOf(c)[0]);
    if (c.pni) known.set(c.pni, idsOf(c)[0]);
  }
  return known;
}

export function theirOthers(backup) {
  const account = backup.account_data;
  const ownName = account ? joined(account.given_name, account.family_name) || account.username?.username || '' : '';
  const known = knownIds(backup);
  const chats = backup.chats.concat(backup.pinned_chats.filter((c) => c.recipient));
  return [
    line('account', [ownName]),
    ...backup.recipients.map((r) => described(r, ownName, known)).map((d) => line('recipient', [d.id, d.conversation, d.name, d.addresses ?? [],
      (d.members ?? []).map((m) => m.join(' ')).sort(), d.count ?? null, d.description ?? null, d.note ?? null, d.blocked ?? false])),
    ...chats.map((c) => line('chat', [described(c.recipient, ownName, known).conversation, c.expiration_timer || null, c.archived ?? false])),
    ...backup.ad_hoc_calls.map((c) => line('ad_hoc_call', [String(c.id), c.timestamp, described(c.recipient, ownName, known).conversation])),
    ...backup.sticker_packs.map(([id]) => line('sticker_pack', [id])),
    ...backup.notification_profiles.map((p) => line('notification_profile', [uuid(p.id), p.name])),
    ...backup.chat_folders.map((f) => line('chat_folder', [f.Custom?.name ?? ''])),
  ].sort();
}

export function ourOthers(records) {
  const after = (r, prefix) => r.native_id.slice(prefix.length);
  return records.flatMap((r) => {
    const e = r.extra ?? {};
    if (e.event === 'call_link') return [line('ad_hoc_call', [String(e.call_id), Date.parse(r.sent_at), r.conversation.id])];
    switch (r.kind === 'context' ? e.object : '') {
      case 'account': return [line('account', [r.text ?? ''])];
      case 'recipient': {
        const [self, ...members] = r.people;
        return [line('recipient', [self.id, r.conversation.id, r.text ?? '', self.addresses ?? [],
          members.map((m) => [m.id, m.role ?? ''].join(' ')).sort(), e.members ?? null, e.description ?? null, e.note ?? null, e.blocked ?? false])];
      }
      case 'chat': return [line('chat', [r.conversation.id, e.expires_in_ms ?? null, e.archived ?? false])];
      case 'sticker_pack': return [line('sticker_pack', [after(r, 'sticker-pack:')])];
      case 'notification_profile': return [line('notification_profile', [after(r, 'notification-profile:'), r.text ?? ''])];
      case 'chat_folder': return [line('chat_folder', [r.text ?? ''])];
      default: return [];
    }
  }).sort();
}
