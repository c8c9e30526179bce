/// Where messages lie inside messages on the wire, and which repeated numbers may be packed: all that is needed to
/// tell whole frames from broken ones. Written down from the format's field table, apart from frames.proto, because
/// the count must not lean on the parser.
#pragma once

#include <array>
#include <cstdint>

namespace strongroom::capture::signal::wire_shape {

/// The kinds of message that have something inside; `leaf` is any other.
enum class Shape : std::uint8_t {
  leaf,
  varints,   ///< packed
  fixed32s,  ///< packed
  Frame,
  AccountData,
  AccountDataAccountSettings,
  Recipient,
  Contact,
  Group,
  GroupGroupSnapshot,
  GroupMemberPendingProfileKey,
  Chat,
  DistributionListItem,
  DistributionList,
  ChatItem,
  ChatItemOutgoingMessageDetails,
  SendStatus,
  Text,
  StandardMessage,
  ContactMessage,
  DirectStoryReplyMessage,
  DirectStoryReplyMessageTextReply,
  PaymentNotification,
  PaymentNotificationTransactionDetails,
  PaymentNotificationTransactionDetailsTransaction,
  ViewOnceMessage,
  ContactAttachment,
  StickerMessage,
  Sticker,
  LinkPreview,
  MessageAttachment,
  FilePointer,
  Quote,
  QuoteQuotedAttachment,
  Poll,
  PollPollOption,
  ChatUpdateMessage,
  GroupChangeChatUpdate,
  GroupChangeChatUpdateUpdate,
  GroupInvitationRevokedUpdate,
  ChatStyle,
  ChatStyleGradient,
  ChatStyleCustomChatColor,
  NotificationProfile,
  ChatFolder,
};

struct Inside {
  Shape outer;
  std::uint32_t field;
  Shape inner;
};

using enum Shape;
inline constexpr std::array<Inside, 157> kInside{{
    {Frame, 1, AccountData}, {Frame, 2, Recipient}, {Frame, 3, Chat}, {Frame, 4, ChatItem}, {Frame, 5, leaf},
    {Frame, 6, leaf}, {Frame, 7, NotificationProfile}, {Frame, 8, ChatFolder}, {AccountData, 3, leaf},
    {AccountData, 7, leaf}, {AccountData, 9, AccountDataAccountSettings}, {AccountData, 10, leaf},
    {AccountData, 12, leaf}, {AccountData, 16, leaf}, {AccountDataAccountSettings, 18, ChatStyle},
    {AccountDataAccountSettings, 19, ChatStyleCustomChatColor}, {AccountDataAccountSettings, 24, leaf},
    {Recipient, 2, Contact}, {Recipient, 3, Group}, {Recipient, 4, DistributionListItem},
    {Recipient, 5, leaf}, {Recipient, 6, leaf}, {Recipient, 7, leaf}, {Contact, 7, leaf}, {Contact, 8, leaf},
    {Contact, 16, leaf}, {Group, 5, GroupGroupSnapshot}, {GroupGroupSnapshot, 2, leaf},
    {GroupGroupSnapshot, 11, leaf}, {GroupGroupSnapshot, 4, leaf}, {GroupGroupSnapshot, 5, leaf},
    {GroupGroupSnapshot, 7, leaf}, {GroupGroupSnapshot, 8, GroupMemberPendingProfileKey},
    {GroupGroupSnapshot, 9, leaf}, {GroupGroupSnapshot, 13, leaf}, {GroupMemberPendingProfileKey, 1, leaf},
    {Chat, 9, ChatStyle}, {DistributionListItem, 3, DistributionList}, {DistributionList, 4, varints},
    {ChatItem, 6, ChatItem}, {ChatItem, 8, leaf}, {ChatItem, 9, ChatItemOutgoingMessageDetails},
    {ChatItem, 10, leaf}, {ChatItem, 11, StandardMessage}, {ChatItem, 12, ContactMessage},
    {ChatItem, 13, StickerMessage}, {ChatItem, 14, leaf}, {ChatItem, 15, ChatUpdateMessage},
    {ChatItem, 16, PaymentNotification}, {ChatItem, 17, leaf}, {ChatItem, 18, ViewOnceMessage},
    {ChatItem, 19, DirectStoryReplyMessage}, {ChatItem, 20, Poll}, {ChatItem, 22, leaf}, {ChatItem, 21, leaf},
    {ChatItemOutgoingMessageDetails, 1, SendStatus}, {SendStatus, 3, leaf}, {SendStatus, 4, leaf},
    {SendStatus, 5, leaf}, {SendStatus, 6, leaf}, {SendStatus, 7, leaf}, {SendStatus, 8, leaf},
    {SendStatus, 9, leaf}, {Text, 2, leaf}, {StandardMessage, 1, Quote}, {StandardMessage, 2, Text},
    {StandardMessage, 3, MessageAttachment}, {StandardMessage, 4, LinkPreview},
    {StandardMessage, 5, FilePointer}, {StandardMessage, 6, leaf}, {ContactMessage, 1, ContactAttachment},
    {ContactMessage, 2, leaf}, {DirectStoryReplyMessage, 1, DirectStoryReplyMessageTextReply},
    {DirectStoryReplyMessage, 3, leaf}, {DirectStoryReplyMessageTextReply, 1, Text},
    {DirectStoryReplyMessageTextReply, 2, FilePointer},
    {PaymentNotification, 4, PaymentNotificationTransactionDetails},
    {PaymentNotificationTransactionDetails, 1, PaymentNotificationTransactionDetailsTransaction},
    {PaymentNotificationTransactionDetails, 2, leaf},
    {PaymentNotificationTransactionDetailsTransaction, 2, leaf}, {ViewOnceMessage, 1, MessageAttachment},
    {ViewOnceMessage, 2, leaf}, {ContactAttachment, 1, leaf}, {ContactAttachment, 3, leaf},
    {ContactAttachment, 4, leaf}, {ContactAttachment, 5, leaf}, {ContactAttachment, 6, FilePointer},
    {StickerMessage, 1, Sticker}, {StickerMessage, 2, leaf}, {Sticker, 5, FilePointer},
    {LinkPreview, 3, FilePointer}, {MessageAttachment, 1, FilePointer}, {FilePointer, 13, leaf},
    {Quote, 3, Text}, {Quote, 4, QuoteQuotedAttachment}, {QuoteQuotedAttachment, 3, MessageAttachment},
    {Poll, 3, PollPollOption}, {Poll, 5, leaf}, {PollPollOption, 2, leaf}, {ChatUpdateMessage, 1, leaf},
    {ChatUpdateMessage, 2, GroupChangeChatUpdate}, {ChatUpdateMessage, 3, leaf}, {ChatUpdateMessage, 4, leaf},
    {ChatUpdateMessage, 5, leaf}, {ChatUpdateMessage, 6, leaf}, {ChatUpdateMessage, 7, leaf},
    {ChatUpdateMessage, 8, leaf}, {ChatUpdateMessage, 9, leaf}, {ChatUpdateMessage, 10, leaf},
    {ChatUpdateMessage, 11, leaf}, {GroupChangeChatUpdate, 1, GroupChangeChatUpdateUpdate},
    {GroupChangeChatUpdateUpdate, 1, leaf}, {GroupChangeChatUpdateUpdate, 2, leaf},
    {GroupChangeChatUpdateUpdate, 3, leaf}, {GroupChangeChatUpdateUpdate, 4, leaf},
    {GroupChangeChatUpdateUpdate, 5, leaf}, {GroupChangeChatUpdateUpdate, 6, leaf},
    {GroupChangeChatUpdateUpdate, 7, leaf}, {GroupChangeChatUpdateUpdate, 8, leaf},
    {GroupChangeChatUpdateUpdate, 9, leaf}, {GroupChangeChatUpdateUpdate, 10, leaf},
    {GroupChangeChatUpdateUpdate, 11, leaf}, {GroupChangeChatUpdateUpdate, 12, leaf},
    {GroupChangeChatUpdateUpdate, 13, leaf}, {GroupChangeChatUpdateUpdate, 14, leaf},
    {GroupChangeChatUpdateUpdate, 15, leaf}, {GroupChangeChatUpdateUpdate, 16, leaf},
    {GroupChangeChatUpdateUpdate, 17, leaf}, {GroupChangeChatUpdateUpdate, 18, leaf},
    {GroupChangeChatUpdateUpdate, 19, leaf}, {GroupChangeChatUpdateUpdate, 20, GroupInvitationRevokedUpdate},
    {GroupChangeChatUpdateUpdate, 21, leaf}, {GroupChangeChatUpdateUpdate, 22, leaf},
    {GroupChangeChatUpdateUpdate, 23, leaf}, {GroupChangeChatUpdateUpdate, 24, leaf},
    {GroupChangeChatUpdateUpdate, 25, leaf}, {GroupChangeChatUpdateUpdate, 26, leaf},
    {GroupChangeChatUpdateUpdate, 27, leaf}, {GroupChangeChatUpdateUpdate, 28, leaf},
    {GroupChangeChatUpdateUpdate, 29, leaf}, {GroupChangeChatUpdateUpdate, 30, leaf},
    {GroupChangeChatUpdateUpdate, 31, leaf}, {GroupChangeChatUpdateUpdate, 32, leaf},
    {GroupChangeChatUpdateUpdate, 33, leaf}, {GroupChangeChatUpdateUpdate, 34, leaf},
    {GroupChangeChatUpdateUpdate, 35, leaf}, {GroupChangeChatUpdateUpdate, 36, leaf},
    {GroupInvitationRevokedUpdate, 2, leaf}, {ChatStyle, 2, FilePointer}, {ChatStyle, 3, leaf},
    {ChatStyleGradient, 2, fixed32s}, {ChatStyleGradient, 3, fixed32s},
    {ChatStyleCustomChatColor, 3, ChatStyleGradient}, {NotificationProfile, 7, varints},
    {NotificationProfile, 11, varints}, {ChatFolder, 7, varints}, {ChatFolder, 8, varints},
}};

}  // namespace strongroom::capture::signal::wire_shape
