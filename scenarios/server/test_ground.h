/// An organisation, a device with sealed entries and a server's data directory that belong together; for tests of the
/// archive and of the programs. Test code only.
#pragma once

#include <string>
#include <vector>

#include "archive/data_directory.h"
#include "roster/test_organisation.h"
#include "seal/seal.h"

namespace strongroom::archive::testing {

/// Made for a data directory that `init` has been run in, and a witness whose vkey is known.
class Ground {
 public:
  Ground(const ServerNames& names, const std::string& witness_vkey);

  const Bytes& genesis_object() const { return genesis_object_; }
  const Hash256& archive() const { return genesis_.hash; }
  const roster::Roster& roster() const { return genesis_.roster; }
  /// What makes the device able to seal today: the lot's keys and the enrolment, as (type, object).
  std::vector<std::pair<envelope::RegisterType, Bytes>> opening_posts() const;
  /// A second device, invited: everything that passes from hand to hand until it is enrolled (protocol §2.6).
  struct Invited {
    roster::Invitation terms;
    Bytes invitation;  ///< for the register, signed by the officer
    Bytes pending;  ///< signed by the device and the one-time key only
    Bytes enrolment;  ///< signed by all
    wire::Identity one_time, device;
  };
  Invited invite() const;
  /// New keys for the first device (protocol §2.6).
  struct Replacement {
    Bytes asked;  ///< signed by the key in force and the new one
    Bytes object;  ///< and by the officer
    crypto::SigningKey key;
    wire::Identity identity;
  };
  Replacement replace_key() const;
  wire::Identity officer() const { return tls_identity("officer"); }
  wire::Identity device() const { return tls_identity("device"); }
  const roster::Enrolment& enrolment() const { return device_.enrolment; }

  /// One folder: open entry, `batches` batches of one record, close entry. `state` (after opening_posts) gives the
  /// lot keys. Each call goes on with the same chain.
  std::vector<seal::SealedEntry> seal_folder(const roster::RegisterState& state, unsigned batches);
  seal::Chain& chain() { return *chain_; }
  /// Goes on from another state of the chain: what a restored or cloned device does.
  void set_chain(const seal::ChainState& state);

 private:
  static wire::Identity tls_identity(std::string_view whose);

  roster::testing::TestOrganisation organisation_;
  roster::testing::TestDevice device_;
  roster::SignedRoster genesis_;
  Bytes genesis_object_;
  envelope::Lot lot_;
  std::uint32_t today_ = 0;
  platform::SystemEntropy entropy_;
  platform::SystemClock clock_;
  std::unique_ptr<seal::Chain> chain_;
};

/// [[header, body or null], ...]
Bytes submission_of(const std::vector<seal::SealedEntry>& entries);

}  // namespace strongroom::archive::testing
