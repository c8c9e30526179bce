/// Files the frames speak of. Their bytes are not in the stream; a takeout may have them beside it.
#pragma once

#include <map>
#include <string>

#include "capture/parser.h"
#include "capture/signal/directory.h"

namespace strongroom::capture::signal {

/// The files of a takeout, by the SHA-256 of their content.
using FilesByDigest = std::map<Hash256, const InputFile*>;

/// The attachment as the record says it; `present` if its content is among `files`.
record::Attachment attachment_of(const frames::FilePointer& pointer, std::string_view flavour,
                                 const FilesByDigest& files);
record::Attachment attachment_of(const frames::MessageAttachment& attachment, const FilesByDigest& files);
/// The content of a file beside the stream; nullptr if it is not there.
const InputFile* content_of(const frames::FilePointer& pointer, const FilesByDigest& files);

}  // namespace strongroom::capture::signal
