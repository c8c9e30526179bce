/// The files a message of result.json names, and the things it carries that are no files.
#pragma once

#include "capture/beside.h"
#include "capture/json/members.h"

namespace strongroom::capture::telegram {

/// The members that `fill_media` reads.
bool is_media_member(std::string_view name);

/// Photo, file, thumbnail, contact card, place, contact. Files are looked for beside `named_in`.
void fill_media(const json::Object& message, const std::string& named_in, FilesBeside& beside,
                record::Record& out);

/// One named file; "(File not included. ...)" and its like become `omitted`.
record::Attachment attachment_of(const std::string& reference, const std::string& named_in,
                                 FilesBeside& beside);

/// A shared contact as people read it: name and number, one a line.
void fill_contact(const json::Object& contact, record::Record& out);

}  // namespace strongroom::capture::telegram
