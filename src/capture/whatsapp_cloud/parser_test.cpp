#include "capture/whatsapp_cloud/parser.h"

#include <gtest/gtest.h>

#include <set>

#include "capture/collecting_sink.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

using record::Kind;
using record::Record;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
  const Record& at(std::size_t i) const { return sink.records.at(i); }
};

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {},
             const Limits& limits = {}) {
  Parsed out;
  out.outcome = parser().parse(files, statement, limits, out.sink).value();
  out.found = parser().count(files, statement, limits).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, out.found);
  for (const Record& r : out.sink.records) EXPECT_TRUE(record::decode(record::encode(r)).value() == r);
  return out;
}

std::string body(std::string_view items, std::string_view field = "messages") {
  return R"({"object":"whatsapp_business_account","entry":[{"id":"900","time":1700000000,"changes":[{"value":)"
         R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"+33 1 23 45 67 89",)"
         R"("phone_number_id":"77"},"contacts":[{"profile":{"name":"Ana"},"wa_id":"351911111111","user_id":"PT.1"}],)" +
         std::string(items) + R"(},"field":")" + std::string(field) + "\"}]}]}";
}

std::string message(std::string_view rest) {
  return R"({"from":"351911111111","id":"wamid.A","timestamp":"1700000001",)" + std::string(rest) + "}";
}

Record only(std::string_view rest) {
  const std::string text = body("\"messages\":[" + message(rest) + "]");
  const Parsed parsed = parse({{"a.json", bytes_of(text)}});
  EXPECT_EQ(parsed.sink.records.size(), 1u);
  return parsed.at(0);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string signature(std::string_view text, std::string_view secret) {
  return "sha256=" + codec::hex(crypto::Hmac(bytes_of(secret)).of({bytes_of(text)}));
}

Statement with_secret(std::string_view secret) {
  Statement statement;
  statement.keys.push_back(GivenKey::copy_of(bytes_of(secret)));
  return statement;
}

std::string text_extra(const Record& r, const std::string& name) {
  const auto found = r.extra.find(name);
  return found == r.extra.end() ? "" : std::get<std::string>(found->second);
}

TEST(CloudApi, NoticesWithoutAnIdAreToldApartByWhatTheySay) {
  const std::string text =
      body(R"("errors":[{"code":7,"error_data":{"details":"a"}},{"code":7,"error_data":{"details":"b"}}],
              "groups":[{"timestamp":"1700000002","group_id":"g","type":"x","added_participants":[{"wa_id":"351911111111"}]},
                        {"timestamp":"1700000002","group_id":"g","type":"x","added_participants":[{"wa_id":"351922222222"}]}])") +
      "\n" + body(R"("event":"APPROVED","message_template_id":1)", "message_template_status_update") + "\n" +
      body(R"("event":"APPROVED","message_template_id":2)", "message_template_status_update");
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}});
  std::set<Hash256> identities;
  for (const Record& r : parsed.sink.records) identities.insert(record::identity_of(r));
  EXPECT_EQ(parsed.sink.records.size(), 6u);
  EXPECT_EQ(identities.size(), 6u);
  const Parsed again = parse({{"b.jsonl", bytes_of(text)}});
  for (const Record& r : again.sink.records) EXPECT_TRUE(identities.contains(record::identity_of(r)));
}

TEST(CloudApi, DepthIsNoBurdenToTheCount) {
  std::string deep = body("\"messages\":[]") + "\n{\"a\":";
  deep += std::string(1'000'000, '[');
  EXPECT_EQ(parse({{"a.jsonl", bytes_of(deep)}}).outcome.refused, 1u);
}

TEST(CloudApi, ATextCarriesItsPeopleItsTimeAndTheWholeBody) {
  const std::string text =
      body("\"messages\":[" + message(R"("type":"text","text":{"body":"ol\u00e1"})") + "]");
  const Parsed parsed = parse({{"d/a.json", bytes_of(text)}});
  ASSERT_EQ(parsed.sink.records.size(), 1u);
  const Record& r = parsed.at(0);
  EXPECT_EQ(r.kind, Kind::message);
  EXPECT_EQ(r.text, "ol\xC3\xA1");
  EXPECT_EQ(r.author->id, "tel:+351911111111");
  EXPECT_EQ(r.author->name, "Ana");
  EXPECT_EQ(r.author->addresses, (std::vector<std::string>{"whatsapp:351911111111", "whatsapp-user:PT.1"}));
  ASSERT_EQ(r.people.size(), 1u);
  EXPECT_EQ(r.people[0].id, "tel:+33123456789");
  EXPECT_EQ(r.people[0].role, "self");
  EXPECT_EQ(r.sent_at.unix_ms, 1'700'000'001'000);
  EXPECT_EQ(r.native_id, "wamid.A");
  EXPECT_EQ(r.conversation.id, "whatsapp-cloud:chat:77:tel:+351911111111");
  EXPECT_EQ(text_of(r.original.bytes), text);
  EXPECT_EQ(r.doubts.at(0).code, "no-signature");
}

TEST(CloudApi, EachTypeOfMessageBecomesWhatItIs) {
  const Record image =
      only(R"("type":"image","image":{"id":"5","mime_type":"image/png","caption":"c","sha256":"x"})");
  EXPECT_EQ(image.text, "c");
  EXPECT_EQ(image.attachments.at(0).source_reference, "5");
  EXPECT_EQ(image.attachments.at(0).state, record::AttachmentState::not_in_source);
  const Record place = only(R"("type":"location","location":{"latitude":12.25,"longitude":-43,"name":"n"})");
  EXPECT_EQ(text_extra(place, "longitude"), "-43");
  EXPECT_EQ(place.text, "n");
  const Record cards = only(R"("type":"contacts","contacts":[{"name":{"formatted_name":"B"}},{"name":{}}])");
  EXPECT_EQ(cards.text, "B");
  EXPECT_NE(text_extra(cards, "contacts").find("formatted_name"), std::string::npos);
  const Record reaction = only(R"("type":"reaction","reaction":{"message_id":"wamid.B","emoji":"x"})");
  EXPECT_EQ(reaction.kind, Kind::reaction);
  EXPECT_EQ(reaction.target->native_id, "wamid.B");
  const Record answer =
      only(R"("type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"i","title":"t"}})");
  EXPECT_EQ(answer.text, "t");
  EXPECT_EQ(text_extra(answer, "list_reply.id"), "i");
  const Record number =
      only(R"("type":"system","system":{"type":"user_changed_number","wa_id":"351922222222"})");
  EXPECT_EQ(number.kind, Kind::rename);
  EXPECT_EQ(text_extra(number, "new_value"), "tel:+351922222222");
  const Record edit =
      only(R"("type":"edit","edit":{"original_message_id":"wamid.B","message":{"type":"text",)"
           R"("text":{"body":"new"}}})");
  EXPECT_EQ(edit.kind, Kind::edit);
  EXPECT_EQ(edit.text, "new");
  EXPECT_EQ(only(R"("type":"revoke","revoke":{"original_message_id":"wamid.B"})").kind, Kind::deletion);
  const Record reply = only(R"("type":"text","text":{"body":"r"},"context":{"from":"77","id":"wamid.Q"})");
  EXPECT_EQ(reply.reply_to->author_id, "tel:+33123456789");
}

TEST(CloudApi, UnknownTypesAreKeptAndDoubted) {
  const Record r = only(R"("type":"hologram","hologram":{"a":[1]},"strange":7)");
  EXPECT_EQ(r.kind, Kind::notice);
  EXPECT_EQ(r.doubts.at(0).code, "unknown-kind");
  EXPECT_EQ(text_extra(r, "hologram"), R"({"a":[1]})");
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("strange")), 7u);
  EXPECT_EQ(only(R"("type":"unsupported")").doubts.at(0).code, "content-not-in-source");
}

TEST(CloudApi, SeveralItemsOfOneBodyShareItsBytes) {
  const std::string text =
      body("\"messages\":[" + message(R"("type":"text","text":{"body":"1"})") + "," +
           message(R"("type":"text","text":{"body":"2"})") +
           R"(],"statuses":[{"id":"wamid.Z","status":"READ",)"
           R"("timestamp":"1700000002","recipient_id":"351911111111"}],"errors":[{"code":7,"title":"e"}])");
  const Parsed parsed = parse({{"a.json", bytes_of(text)}});
  ASSERT_EQ(parsed.sink.records.size(), 4u);
  EXPECT_EQ(parsed.at(1).original.within, crypto::sha256(bytes_of(text)));
  EXPECT_EQ(parsed.at(2).kind, Kind::receipt);
  EXPECT_EQ(text_extra(parsed.at(2), "state"), "read");
  EXPECT_EQ(parsed.at(2).target->native_id, "wamid.Z");
  EXPECT_EQ(parsed.at(3).kind, Kind::notice);
  EXPECT_EQ(parsed.outcome.doubts, 1u);  // no-signature is said once a file
}

TEST(CloudApi, EchoesCallsAndHistoryKnowWhoIsTheBusiness) {
  const std::string echo =
      body(R"("message_echoes":[{"from":"33123456789","to":"351911111111","id":"w","timestamp":)"
           R"("1700000001","type":"text","text":{"body":"x"}}])",
           "smb_message_echoes");
  const std::string call =
      body(R"("calls":[{"id":"wacid.1","from":"33123456789","to":"351911111111","event":)"
           R"("terminate","direction":"BUSINESS_INITIATED","timestamp":"1700000001",)"
           R"("status":"COMPLETED","duration":120}])",
           "calls");
  const std::string history =
      body(R"("history":[{"threads":[{"id":"351911111111","messages":[)" +
               message(R"("type":"text","text":{"body":"in"})") +
               R"(,{"from":"33123456789","id":"o","timestamp":"1","type":"text"}]}]}])",
           "history");
  const Parsed parsed =
      parse({{"a.json", bytes_of(echo)}, {"b.json", bytes_of(call)}, {"c.json", bytes_of(history)}});
  ASSERT_EQ(parsed.sink.records.size(), 4u);
  EXPECT_TRUE(parsed.at(0).outgoing);
  EXPECT_EQ(parsed.at(0).people.at(0).id, "tel:+351911111111");
  EXPECT_EQ(parsed.at(1).kind, Kind::call);
  EXPECT_EQ(std::get<std::uint64_t>(parsed.at(1).extra.at("duration_s")), 120u);
  EXPECT_EQ(parsed.at(1).conversation.id, parsed.at(0).conversation.id);
  EXPECT_FALSE(parsed.at(2).outgoing);
  EXPECT_TRUE(parsed.at(3).outgoing);
  EXPECT_EQ(parsed.at(3).doubts.at(1).code, "content-not-in-source");
}

TEST(CloudApi, ASignatureIsCheckedOnTheRawBody) {
  const std::string raw = body("\"messages\":[" + message(R"("type":"text","text":{"body":"a\nb"})") + "]");
  const std::string line = R"({"signature":")" + signature(raw, "app secret") + R"(","body":")" +
                           escaped(raw) + "\",\"received_at\":\"2023-11-14T22:13:25Z\"}";
  const Parsed right = parse({{"hooks.jsonl", bytes_of(line)}}, with_secret("app secret\n"));
  ASSERT_EQ(right.outcome.refused, 0u);
  EXPECT_EQ(text_extra(right.at(0), "signature"), "checked");
  EXPECT_EQ(right.at(0).received_at->unix_ms, 1'700'000'005'000);
  EXPECT_EQ(text_of(right.at(0).original.bytes), line);
  EXPECT_TRUE(right.at(0).doubts.empty());
  EXPECT_EQ(parse({{"hooks.jsonl", bytes_of(line)}}).at(0).doubts.at(0).code, "signature-not-checked");
  const std::string encoded = R"({"signature":")" + signature(raw, "s") + R"(","body_base64":")" +
                              codec::base64(bytes_of(raw)) + "\"}\n";
  EXPECT_EQ(parse({{"hooks.jsonl", bytes_of(encoded)}}, with_secret("s")).outcome.parsed, 1u);
}

TEST(CloudApi, AWrongSignatureIsRefusedAndItsBytesKept) {
  const std::string two = "\"messages\":[" + message(R"("type":"text","text":{"body":"1"})") + "," +
                          message(R"("type":"text","text":{"body":"2"})") + "]";
  const std::string raw = body(two);
  const std::string forged =
      R"({"signature":")" + signature(raw, "other") + R"(","body":")" + escaped(raw) + "\"}";
  const Parsed parsed = parse({{"hooks.jsonl", bytes_of(forged)}}, with_secret("app secret"));
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.at(0).doubts.at(0).code, "signature-wrong");
  EXPECT_EQ(text_of(parsed.at(0).original.bytes), forged);
  // Beside the file.
  const std::string good = signature(raw, "app secret") + "\n";
  const std::string bad = "sha256=" + std::string(64, '0');
  EXPECT_EQ(parse({{"a.json", bytes_of(raw)}, {"a.json.sig", bytes_of(good)}}, with_secret("app secret"))
                .outcome.refused,
            0u);
  EXPECT_EQ(parse({{"a.json", bytes_of(raw)}, {"a.json.sig", bytes_of(bad)}}, with_secret("app secret"))
                .outcome.refused,
            1u);
  // A body without a signature among signed ones stands out on every record.
  EXPECT_EQ(parse({{"a.json", bytes_of(raw)}}, with_secret("app secret")).outcome.doubts, 2u);
}

TEST(CloudApi, MediaBesideIsFoundByItsIdAndCompared) {
  const std::string digest = codec::base64(crypto::sha256(bytes_of("picture")));
  const auto text = [&](std::string_view sha) {
    return body("\"messages\":[" +
                message(R"("type":"image","image":{"id":"55","mime_type":"image/jpeg","sha256":")" +
                        std::string(sha) + "\"}") +
                "]");
  };
  const std::string right = text(digest), wrong = text("AAAA");
  const Parsed parsed = parse({{"a.json", bytes_of(right)}, {"media/55.jpg", bytes_of("picture")}});
  EXPECT_EQ(parsed.at(0).attachments.at(0).state, record::AttachmentState::present);
  EXPECT_EQ(parsed.at(0).doubts.size(), 1u);
  EXPECT_EQ(parsed.sink.contents.size(), 1u);
  const Parsed altered = parse({{"a.json", bytes_of(wrong)}, {"media/55.jpg", bytes_of("picture")}});
  EXPECT_EQ(altered.at(0).doubts.back().code, "attachment-altered");
}

TEST(CloudApi, HostileBodiesCostOneItemEach) {
  const std::string good = body("\"messages\":[" + message(R"("type":"text","text":{"body":"1"})") + "]");
  const std::string deep =
      R"({"object":"whatsapp_business_account","entry":)" + std::string(5000, '[') + "\n";
  const std::string text =
      good + "\n" + deep + "{\"object\":1}\n" + good.substr(0, 200) + "\nnonsense\n" + good + "\n";
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}});
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 3u);
  for (const std::string_view odd : {R"("messages":[7,"x",null])", R"("messages":{"a":1})",
                                     R"("messages":[{"from":{},"id":[],"timestamp":1e99}])",
                                     R"("messages":[{"type":7}],"contacts":[3,{"profile":9}])"}) {
    const std::string one = body(odd);
    EXPECT_EQ(parse({{"a.json", bytes_of(one)}}).outcome.refused, 0u) << odd;
  }
  EXPECT_EQ(only(R"("type":"text","timestamp":"99999999999999","text":{"body":"x"})").doubts.at(0).code,
            "implausible-time");
}

TEST(CloudApi, ALongNumberIsCountedInItsOwnLength) {
  const std::string one = body(R"("messages":[{"id":)" + std::string(1u << 20, '1') + "}]");
  EXPECT_EQ(parser().count({{"a.json", bytes_of(one)}}, {}, {}).value(), 1u);
}

TEST(CloudApi, KnowsItsOwnByContentNotByName) {
  const std::string good = body(R"("messages":[])");
  EXPECT_EQ(parser().detect({{"x", bytes_of(good)}}), 90);
  const std::string gathered = "{\"text\":" + good + "}";
  EXPECT_EQ(parser().detect({{"x", bytes_of(gathered)}}), 90);
  EXPECT_EQ(parser().detect({{"x", bytes_of(R"({"object":"page","entry":[]})")}}), 0);
  const std::string quoted = R"({"messages":[{"text":")" + escaped(good) + "\"}]}";
  EXPECT_EQ(parser().detect({{"x", bytes_of(quoted)}}), 0);
  EXPECT_EQ(parser().detect({{"x", bytes_of("")}}), 0);
}

}  // namespace
}  // namespace strongroom::capture::whatsapp_cloud
