/// The server's answers, read (docs/formats/service.md). They come from somebody who may lie: every text in them is fit
/// for a terminal before it is returned. Pure functions of bytes; private to src/replica.
#pragma once

#include "replica/archive_client.h"

namespace strongroom::replica {

/// What an answer that is none of 200 to 299 says of itself; it is shown, not acted on.
Error error_of(const wire::Response& response, std::string_view target);

// Of one answer's body each; `malformed` for anything that the page does not describe.

/// Answers to `count` entries.
Result<std::vector<EntryAnswer>> read_entry_answers(BytesView body, std::size_t count);
Result<ChainHead> read_chain_head(BytesView body);
Result<std::vector<RegisterItem>> read_register_items(BytesView body);
Result<std::uint64_t> read_leaf_index(BytesView body);
Result<Hash256> read_blob_name(BytesView body);
Result<std::vector<DeviceEntry>> read_device_entries(BytesView body);
Result<std::vector<DeviceHearing>> read_device_hearings(BytesView body);
Result<std::vector<std::pair<ByteArray<16>, Bytes>>> read_pending(BytesView body);

}  // namespace strongroom::replica
