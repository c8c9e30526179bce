// The service behind a real listener: who may ask what, and an invited device on its way into the register.
#include "archive/service.h"

#include <algorithm>

#include "crypto/hash.h"
#include "replica/archive_client.h"
#include "running_archive.h"

namespace strongroom::archive {
namespace {

using envelope::RegisterType;
using testing::Ground;
using testing::submission_of;

class ServiceTest : public testing::ArchiveTest {
 protected:
  void SetUp() override {
    ArchiveTest::SetUp();
    service_.emplace(*archive_, clock_, 2);
    auto server = wire::Server::start(
        {}, DataDirectory(*files_, data()).keys()->identity,
        [this](const wire::RequestHead& head) { return service_->admit(head); },
        [this](wire::Request request, wire::Respond respond) {
          service_->handle(std::move(request), std::move(respond));
        });
    ASSERT_TRUE(server) << server.error().to_string();
    server_ = *std::move(server);
  }
  void TearDown() override {
    server_.reset();
    service_.reset();
    ArchiveTest::TearDown();
  }
  replica::ArchiveClient as(const wire::Identity& identity) const {
    replica::Card card;
    card.server = server_->address();
    card.server_pins = ground_->roster().server_pins;
    return replica::ArchiveClient::connect(card, identity).value();
  }

  std::optional<Service> service_;
  std::unique_ptr<wire::Server> server_;
};

template <class T>
ErrorCode code_of(const Result<T>& result) {
  return result ? ErrorCode::internal : result.error().code;
}
constexpr ErrorCode kForbidden = ErrorCode::unauthenticated;  // what the client makes of 403

using Pending = std::vector<std::pair<ByteArray<16>, Bytes>>;

TEST_F(ServiceTest, AnInvitedDeviceLeavesItsEnrolmentAndIsADeviceOnceItIsSigned) {
  const Ground::Invited guest = ground_->invite();
  EXPECT_EQ(code_of(as(guest.one_time).pending()), kForbidden) << "not invited yet";
  replica::ArchiveClient officer = as(ground_->officer());
  ASSERT_TRUE(officer.post_register(RegisterType::invitation, guest.invitation));

  EXPECT_EQ(as(guest.one_time).pending().value(), Pending{});
  ASSERT_TRUE(as(guest.one_time).put_pending(guest.terms.id, guest.pending));
  const Pending waiting{{guest.terms.id, guest.pending}};
  EXPECT_EQ(as(guest.one_time).pending().value(), waiting);
  EXPECT_EQ(officer.pending().value(), waiting);

  ASSERT_TRUE(officer.put_pending(guest.terms.id, guest.enrolment)) << "members pass it on, signed";
  EXPECT_EQ(as(guest.one_time).pending().value(), (Pending{{guest.terms.id, guest.enrolment}}));
  ASSERT_TRUE(officer.post_register(RegisterType::enrolment, guest.enrolment));
  EXPECT_EQ(officer.pending().value(), Pending{}) << "it is done with";
  EXPECT_EQ(code_of(as(guest.one_time).pending()), kForbidden) << "the invitation is spent";
  EXPECT_EQ(as(guest.device).chain({}).value(), std::nullopt) << "it is a device now, without entries";
}

TEST_F(ServiceTest, AnInvitationOpensItsOwnDoorOnly) {
  const Ground::Invited guest = ground_->invite();
  replica::ArchiveClient officer = as(ground_->officer());
  ASSERT_TRUE(officer.post_register(RegisterType::invitation, guest.invitation));
  ByteArray<16> other{};
  ASSERT_TRUE(officer.put_pending(other, bytes_of("somebody else's")));
  EXPECT_EQ(as(guest.one_time).pending().value(), Pending{}) << "it sees its own only";
  EXPECT_EQ(code_of(as(guest.one_time).put_pending(other, guest.pending)), kForbidden);
  EXPECT_EQ(code_of(as(guest.one_time).put_pending(guest.terms.id, Bytes(kPendingBytesMax + 1))),
            ErrorCode::refused);
  EXPECT_TRUE(as(guest.one_time).register_from(0, 10));
  EXPECT_EQ(code_of(as(guest.one_time).object(Hash256{})), kForbidden);
  EXPECT_EQ(code_of(as(guest.one_time).post_blob(bytes_of("blob"))), kForbidden);
  EXPECT_EQ(code_of(as(guest.one_time).devices()), kForbidden);
  EXPECT_EQ(code_of(as(guest.one_time).post_register(RegisterType::invitation, guest.invitation)),
            kForbidden);
  clock_.advance(std::chrono::hours(25));
  EXPECT_EQ(code_of(as(guest.one_time).pending()), kForbidden) << "the invitation has expired";
}

TEST_F(ServiceTest, AReplacedKeyIsNobodyFromItsEntryOn) {
  const auto sent = [](const std::vector<seal::SealedEntry>& entries) {
    std::vector<replica::EntryToSend> out;
    for (const seal::SealedEntry& e : entries) out.push_back({e.header, e.body});
    return out;
  };
  const auto refused_all = [](const std::vector<replica::EntryAnswer>& answers) {
    return std::ranges::all_of(answers, [](const replica::EntryAnswer& answer) {
      return answer.status == replica::EntryStatus::refused &&
             answer.marks == std::vector<std::string>{"header-signature"};
    });
  };
  const auto before = ground_->seal_folder(*archive_->state(), 1);
  ASSERT_TRUE(as(ground_->device()).post_entries(sent(before)));
  const seal::ChainState head = ground_->chain().state();
  const auto never_sent = ground_->seal_folder(*archive_->state(), 1);

  const Ground::Replacement next = ground_->replace_key();
  EXPECT_FALSE(as(ground_->device()).post_register(RegisterType::device_replaced, next.asked))
      << "no officer signed";
  EXPECT_EQ(code_of(as(next.identity).chain(head.incarnation)), kForbidden) << "not in force yet";
  EXPECT_EQ(
      code_of(as(ground_->device()).post_register(RegisterType::invitation, ground_->invite().invitation)),
      kForbidden)
      << "a device enters nothing else";
  replica::ArchiveClient old = as(ground_->device());
  ASSERT_TRUE(old.post_register(RegisterType::device_replaced, next.object));

  EXPECT_EQ(code_of(old.post_entries(sent(never_sent))), kForbidden) << "also on an open connection";
  EXPECT_EQ(code_of(as(ground_->device()).chain(head.incarnation)), kForbidden);
  replica::ArchiveClient now = as(next.identity);
  EXPECT_EQ(now.chain(head.incarnation).value()->next_sequence, head.next_sequence) << "the chain goes on";
  EXPECT_TRUE(refused_all(now.post_entries(sent(never_sent)).value())) << "new place, stolen key";
  EXPECT_TRUE(refused_all(now.post_entries(sent(before)).value())) << "old place, stolen key";
  platform::SystemEntropy entropy;
  seal::Chain chain(head, next.key, entropy, clock_);
  const auto answer = now.post_entries(sent({chain.heartbeat(3600)})).value();
  EXPECT_EQ(answer.at(0).status, replica::EntryStatus::received);
}

TEST_F(ServiceTest, MembersLearnWhoIsSilentAndNobodyElseDoes) {
  const roster::Enrolment& enrolment = ground_->enrolment();
  ASSERT_TRUE(archive_->look_for_silence());
  auto devices = as(ground_->officer()).devices().value();
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].device, enrolment.device);
  EXPECT_EQ(devices[0].hearing, "heard");
  EXPECT_EQ(devices[0].heard_s, enrolment.enrolled_s);
  clock_.advance(std::chrono::seconds(2 * enrolment.heartbeat_s + 60));
  ASSERT_TRUE(archive_->look_for_silence());
  EXPECT_EQ(as(ground_->officer()).devices().value().at(0).hearing, "silent");
  EXPECT_EQ(code_of(as(ground_->device()).devices()), kForbidden);
}

/// What the thread sanitizer looks at: intake, both writers, witnesses, proofs, catalogue and watch, all at once.
TEST_F(ServiceTest, ServesDeviceAndMembersAtTheSameTime) {
  constexpr std::uint64_t kRounds = 40;
  const auto folder = ground_->seal_folder(*archive_->state(), 4);
  ASSERT_TRUE(submit(submission_of(folder)));
  const Hash256 body = crypto::sha256(folder.at(1).body);
  const envelope::Incarnation incarnation = ground_->chain().state().incarnation;
  std::vector<std::jthread> everybody;
  everybody.emplace_back([&] {
    replica::ArchiveClient device = as(ground_->device());
    for (std::uint64_t i = 0; i < kRounds; ++i) {
      const seal::SealedEntry entry = ground_->chain().heartbeat(3600);
      const auto answers = device.post_entries({{entry.header, entry.body}});
      ASSERT_TRUE(answers) << answers.error().to_string();
      EXPECT_EQ(answers->at(0).status, replica::EntryStatus::received);
    }
  });
  for (int reader = 0; reader < 2; ++reader) {
    everybody.emplace_back([&] {
      replica::ArchiveClient device = as(ground_->device());
      for (std::uint64_t i = 0; i < kRounds; ++i) {
        EXPECT_TRUE(device.proof(replica::Ledger::capture, i));
        EXPECT_TRUE(device.object(body));
        EXPECT_TRUE(device.chain(incarnation));
      }
    });
  }
  everybody.emplace_back([&] {
    replica::ArchiveClient officer = as(ground_->officer());
    EXPECT_TRUE(officer.post_register(RegisterType::invitation, ground_->invite().invitation));
    for (std::uint64_t i = 0; i < kRounds; ++i) {
      EXPECT_TRUE(officer.ask_cross());
      EXPECT_TRUE(officer.register_from(0, 100));
      EXPECT_TRUE(archive_->look_for_silence());
      EXPECT_TRUE(officer.devices());
    }
  });
  everybody.clear();
  EXPECT_GE(archive_->size(LedgerName::capture), kRounds + folder.size());
}

}  // namespace
}  // namespace strongroom::archive
