// oracle.mjs MODULES AGENT BACKUP...: reads each plain backup with Signal's own library and with `AGENT inspect
// --json`, and compares every chat item field by field: versions, author, times, direction, text, ranges, quote,
// attachments, link previews, reactions, votes, and what each kind of content and update says (details.mjs); and every
// other frame but the header (others.mjs). Ends with 0 if all agree, 1 if not.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ourDetails, theirDetails } from './details.mjs';
import { knownIds, ourOthers, theirOthers } from './others.mjs';

const [modules, agent, ...backups] = process.argv.slice(2);
const { ComparableBackup, Purpose } = await import(
  pathToFileURL(`${modules}/node_modules/@signalapp/libsignal-client/dist/MessageBackup.js`));

class Input {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  async read(n) { const part = this.bytes.subarray(this.at, this.at + n); this.at += part.length; return part; }
  async skip(n) { this.at += n; }
  async close() {}
}

// Numbers above 2^53 (call ids) are kept as text: nothing compared here is that large.
const parse = (text) => JSON.parse(text.replace(/([:\[,]\s*)(\d{17,})(?=[,\s\]}])/g, '$1"$2"'));
const sorted = (list) => list.map((x) => JSON.stringify(x)).sort();

function person(recipient) {
  if (recipient === 'ReleaseNotes') return 'signal:release-notes';
  if (recipient.Self_) return 'self';
  const c = recipient.Contact;
  if (c) return c.aci ? `aci:${c.aci}` : c.pni ? `pni:${c.pni.replace('PNI:', '')}` : `tel:+${c.e164}`;
  return Object.keys(recipient)[0];
}
const range = (r) => r.effect.MentionAci ? [r.start, r.length, 'mention', `aci:${r.effect.MentionAci}`]
                                         : [r.start, r.length, r.effect.Style.toLowerCase(), ''];
function pointer(p, flavour) {
  const info = p.locator_info?.LocatorInfo;
  const check = info?.integrity_check ?? {};
  const reference = check.PlaintextHash ? `plaintext:${check.PlaintextHash.plaintext_hash}`
    : check.EncryptedDigest ? `encrypted:${check.EncryptedDigest.digest}` : null;
  return { type: p.content_type ?? '', name: p.file_name ?? '', caption: p.caption ?? '', width: p.width ?? null,
           height: p.height ?? null, size: info ? info.plaintext_size : null, reference, flavour };
}
const flavours = { NONE: '', VOICE_MESSAGE: 'voice', BORDERLESS: 'borderless', GIF: 'gif' };

function theirVersion(item, known) {
  const kind = typeof item.message === 'string' ? item.message : Object.keys(item.message)[0];
  const body = typeof item.message === 'string' ? {} : item.message[kind];
  const story = body.content?.Text?.body;
  const text = kind === 'Standard' ? body.text : kind === 'DirectStoryReply' ? story : null;
  const files = kind === 'Standard' ? body.attachments : body.attachment ? [body.attachment] : [];
  const way = item.direction.Incoming ? 'in' : item.direction.Outgoing ? 'out' : 'none';
  const out = { author: kind.startsWith('AdminDeleted') ? null : person(item.author), way,
                received: item.direction.Incoming?.received ?? item.direction.Outgoing?.received ?? 0,
                details: theirDetails(item, kind, body, known, person) };
  if (kind !== 'Update') {
    Object.assign(out, {
      sent: item.sent_at, deleted: /Deleted$/.test(kind),
      text: kind === 'Poll' ? body.question : body.content?.Emoji?.emoji ?? body.content?.Emoji ?? (kind === 'PaymentNotification' ? body.note ?? '' : text?.text ?? ''),
      ranges: sorted((text?.ranges ?? []).map(range)),
      attachments: files.map((a) => pointer(a.pointer, kind === 'ViewOnce' ? 'view_once' : flavours[a.flag])),
      previews: (body.link_previews ?? []).map((p) => [p.url, [p.title, p.description].filter(Boolean).join('\n')]),
      quote: body.quote ? [person(body.quote.author), body.quote.target_sent_timestamp ?? null, body.quote.text?.text ?? ''] : null,
      reactions: sorted((body.reactions?.reactions ?? []).map((r) => [r.emoji, person(r.author), r.sent_timestamp])),
      votes: sorted((kind === 'Poll' ? body.options : []).flatMap((o) => o.votes.map((v) => [o.option, person(v.voter)]))),
      status: sorted((item.direction.Outgoing?.recipients ?? []).map((r) => [person(r.recipient),
        (typeof r.status === 'string' ? r.status : Object.keys(r.status)[0]).toLowerCase()])),
    });
    return out;
  }
  const update = typeof body === 'string' ? body : Object.keys(body)[0];
  const changes = update === 'GroupChange' ? body.GroupChange.updates : [];
  return { changes: Math.max(1, changes.length), way, details: out.details,
           names: changes.filter((c) => c.GroupNameUpdate).map((c) => c.GroupNameUpdate.newGroupName ?? ''),
           timer: update === 'ExpirationTimerChange' ? body.ExpirationTimerChange.expires_in ?? 0 : null };
}

const instant = (text) => text ? Date.parse(text) : 0;
const updates = new Set(['membership', 'rename', 'notice', 'call', 'timer', 'poll_end']);
const isUpdate = (r) => updates.has(r.kind) || (r.kind === 'pin' && r.native_id.includes('/update'));
const ourFile = (a) => ({ type: a.media_type ?? '', name: a.name ?? '', caption: a.caption ?? '', width: a.width ?? null,
  height: a.height ?? null, size: a.size ?? null, reference: a.source_reference ?? null, flavour: a.flavour ?? '' });

/// The records of one frame as versions, each with what follows it.
function ourVersions(records) {
  const versions = [];
  for (const r of records) {
    if (['message', 'poll', 'edit', 'deletion'].includes(r.kind)) {
      versions.push({ head: r, reactions: [], votes: [], pinned: false });
    } else if (isUpdate(r)) {
      if (versions.length === 0) versions.push({ updates: [] });
      versions.at(-1).updates.push(r);
    } else if (r.kind === 'reaction') {
      versions.at(-1).reactions.push([r.text, r.author.id, instant(r.sent_at)]);
    } else if (r.kind === 'poll_vote') {
      versions.at(-1).votes.push([r.text, r.author.id]);
    } else if (r.kind === 'pin') {
      versions.at(-1).pinned = true;
    }
  }
  return versions.map(ourVersion);
}

function ourVersion(v) {
  if (v.updates) {
    const first = v.updates[0];
    return { changes: v.updates.length, details: ourDetails(v.updates, false), way: first.extra?.event === 'individual_call' || !first.outgoing ? 'none' : 'out',
             names: v.updates.filter((u) => u.extra.event === 'group_name').map((u) => u.text),
             timer: first.extra.event === 'timer' && !first.native_id.match(/\/update\//) ? first.extra.expires_in_ms : null };
  }
  const r = v.head;
  const files = r.attachments ?? [];
  const plain = files.filter((a) => ['', 'voice', 'gif', 'borderless', 'view_once'].includes(a.flavour ?? ''));
  const status = Object.entries(r.extra ?? {}).filter(([k]) => k.startsWith('status '));
  return {
    author: r.extra?.deleted_by === 'admin' ? null : r.author.id, way: r.outgoing ? 'out' : r.extra?.read === undefined ? 'none' : 'in',
    details: ourDetails([r], v.pinned), received: instant(r.received_at), sent: instant(r.sent_at), deleted: r.kind === 'deletion', text: r.text,
    ranges: sorted((r.ranges ?? []).map((x) => [x.start, x.length, x.style, x.mention_id ?? ''])),
    attachments: plain.map(ourFile),
    previews: files.filter((a) => a.flavour === 'link_preview').map((a) => [a.source_reference, a.caption ?? '']),
    quote: r.reply_to ? [r.reply_to.author_id, r.reply_to.sent_at ? instant(r.reply_to.sent_at) : null, r.reply_to.text ?? ''] : null,
    reactions: sorted(v.reactions), votes: sorted(v.votes),
    status: sorted(status.map(([k, s]) => [k.slice(7), s.split(' ')[0]])),
  };
}

/// A pointer without a usable place is "Invalid" to their library; ours says what stood there.
function align(theirs, ours) {
  theirs.attachments?.forEach((a, i) => {
    const own = ours.attachments?.[i];
    if (own && a.reference === null) own.reference = own.size = a.size = null;
  });
}

async function theirBackup(bytes) {
  return parse((await ComparableBackup.fromUnencrypted(Purpose.RemoteBackup, new Input(bytes), BigInt(bytes.length))).comparableString());
}

function theirItems(backup) {
  const items = [...backup.chats, ...backup.pinned_chats].flatMap((c) => c.items ?? []);
  items.sort((a, b) => a.total_chat_item_order_index - b.total_chat_item_order_index);
  const known = knownIds(backup);
  return items.map((i) => [...i.revisions, i].map((version) => theirVersion(version, known)));
}

function ourRecords(path) {
  const lines = execFileSync(agent, ['inspect', path, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n');
  return lines.slice(0, -1).map(parse);
}

function ourItems(records) {
  const frames = new Map();
  for (const record of records) {
    if (record.kind === 'context' || record.extra?.event === 'call_link') continue;
    if (!frames.has(record.original.offset)) frames.set(record.original.offset, []);
    frames.get(record.original.offset).push(record);
  }
  return [...frames.values()].map(ourVersions);
}

let items = 0, fields = 0, otherFrames = 0, differences = 0;
function differ(path, what, theirs, ours) {
  if (++differences <= 20) console.error(`${basename(path)}: ${what}\n  theirs ${JSON.stringify(theirs)}\n  ours   ${JSON.stringify(ours)}`);
}
for (const path of backups) {
  const backup = await theirBackup(readFileSync(path)), records = ourRecords(path);
  const others = theirOthers(backup), ownOthers = ourOthers(records);
  otherFrames += others.length;
  const unmatched = [...ownOthers];
  for (const other of others) {
    const at = unmatched.indexOf(other);
    if (at >= 0) unmatched.splice(at, 1);
    else differ(path, 'another frame', other, ownOthers.filter((o) => o.split(',')[0] === other.split(',')[0]));
  }
  if (unmatched.length > 0) differ(path, 'frames they do not have', [], unmatched);
  const theirs = theirItems(backup), ours = ourItems(records);
  if (theirs.length !== ours.length) differ(path, 'number of chat items', theirs.length, ours.length);
  theirs.forEach((versions, i) => {
    items += 1;
    if (versions.length !== ours[i]?.length) return differ(path, `item ${i} versions`, versions.length, ours[i]?.length);
    versions.forEach((version, n) => {
      align(version, ours[i][n]);
      for (const field of Object.keys(version)) {
        fields += 1;
        const [a, b] = [JSON.stringify(version[field]), JSON.stringify(ours[i][n][field])];
        if (a !== b) differ(path, `item ${i} version ${n} ${field}`, version[field], ours[i][n][field]);
      }
    });
  });
}
console.log(`signal-oracle: ${backups.length} backups, ${items} chat items, ${fields} fields and ${otherFrames} other frames compared, ${differences} differ`);
process.exit(differences === 0 && backups.length > 0 && items > 0 ? 0 : 1);
