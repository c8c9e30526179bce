/// The reading of one file whose items lie in JSON: everything but their meaning. Items that are too large, no JSON or
/// no objects are refused one by one; what stands around them becomes one `context` record.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "capture/emission.h"
#include "capture/frame_members.h"
#include "capture/instants.h"
#include "capture/json/members.h"
#include "capture/json/walk.h"

namespace strongroom::capture {

/// A source derives from it and says which paths are items and what they mean. Borrows tally and file.
class JsonItems : public json::Visitor {
 public:
  JsonItems(Tally& tally, const InputFile& file, const Limits& limits);
  Result<void> run() { return json::walk(text_of(file_.bytes), *this); }

  Result<json::Found> item(std::string_view path, const json::Value& value) final;
  Result<void> unsound(const json::Value& value) final;
  Result<void> aside(std::string_view path, const json::Value& value) final;
  Result<void> frame_begins(std::uint64_t offset) final;
  Result<void> frame_ends(std::uint64_t offset) final;
  Result<void> broken(const json::Value& rest, const Error& why) final;

 protected:
  /// The records of one item, at least one of them.
  virtual Result<void> read(std::string_view path, const json::Object& object, Emission& out) = 0;
  /// A member of the frame, as written.
  virtual void noted(std::string_view /*path*/, std::string_view /*text*/) {}
  /// The last touch to the frame's record.
  virtual void describe_frame(record::Record& /*frame*/) {}
  const InputFile& file() const { return file_; }

 private:
  Result<void> refuse(const json::Value& value, std::string code, std::string detail);

  Tally& tally_;
  const InputFile& file_;
  FrameMembers members_;
  std::uint64_t item_bytes_max_;
  std::vector<std::pair<std::string, std::string>> asides_;  ///< the first
  std::uint64_t frame_at_ = 0;
  record::Doubt why_unsound_{"malformed-json", "its brackets or quotes do not close"};
  std::uint64_t frame_end_ = 0;  ///< of its beginning: where the first item or the end is
};

/// A scalar as it stands in JSON, without its quotes when it needs no unescaping; else the JSON text.
std::string scalar_text(std::string_view json);

}  // namespace strongroom::capture
