/// What people hold of requests: the reader its own, recipients the copies sealed to them.
#pragma once

#include <string>

#include "person.h"
#include "roster/register_objects.h"

namespace strongroom::person {

/// The one request of the register whose commitment begins with these hex digits.
Result<Hash256> commitment_from(const roster::RegisterState& state, std::string_view hex);

/// The copy sealed to me (trustee, approver, auditor), opened.
Result<roster::RequestCopy> sealed_copy(const Person& person, Archive& archive, const Hash256& commitment);

/// The name of the case, for those who may know it: the reader who asked and whoever a copy was sealed to. Empty for
/// everybody else.
std::string case_name_of(Person& person, Archive& archive, const Hash256& commitment);

/// The one request that is meant: by the beginning of its commitment, or by the name of its case.
Result<Hash256> request_meant(Person& person, Archive& archive, std::string_view words);

/// My own request as I kept it when I made it (reader): the signed request and its salt; the list is in the case.
struct OwnRequest {
  roster::RequestCopy copy;  ///< without the list of folders
  roster::ReadingRequest request;
};
Result<void> keep_own_request(Person& person, const Hash256& commitment, const roster::RequestCopy& copy,
                              const Secret<32>& reply_seed);
Result<OwnRequest> own_request(Person& person, const Hash256& commitment);

/// Why this person sees no names of custodians, in a sentence. The directory is sealed to readers, officers and
/// trustees (protocol §2.6). `error` is what Person::custodians said.
std::string why_no_names(const Person& person, const replica::Replica& replica, const Error& error);

/// What the person who decides is shown: case, basis, scope, who, when.
std::string describe(const Person& person, const replica::Replica& replica,
                     const roster::ReadingRequest& request);

}  // namespace strongroom::person
