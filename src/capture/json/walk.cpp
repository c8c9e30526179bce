#include "capture/json/walk.h"

#include <string>

#include "capture/json/survey.h"

namespace strongroom::capture::json {
namespace {

/// One text: a line, or the whole.
class Walk {
 public:
  Walk(std::string_view text, std::uint64_t offset, Visitor& visitor)
      : text_(text), offset_(offset), visitor_(visitor), cursor_(text) {}

  Result<void> run() {
    for (;;) {
      (void)cursor_.peek();
      if (cursor_.at() >= text_.size()) return {};
      path_.clear();
      TRY(value(0));
      if (malformed_) {
        if (in_frame_) TRY(visitor_.frame_ends(offset_ + resume_at_));
        return visitor_.broken({text_.substr(resume_at_), offset_ + resume_at_}, *malformed_);
      }
    }
  }

 private:
  Result<void> value(std::size_t depth) {
    const char first = cursor_.peek();
    const std::size_t start = cursor_.at();
    const Step step = visitor_.step(path_, first);
    if (step == Step::enter && (first == '{' || first == '[')) return enter(first == '{', depth);
    auto taken = cursor_.take();
    if (taken) taken->offset += offset_;
    if (step == Step::aside)
      return taken ? visitor_.aside(path_, *taken) : stop(start, std::move(taken).error());
    auto lines = taken ? cursor_.take_what_goes_on(start) : std::nullopt;
    if (!lines && taken && TRY(visitor_.item(path_, *taken)) == Found::sound) return {};
    if (!lines) lines = cursor_.take_by_lines(start);
    if (lines) {
      lines->offset += offset_;
      return visitor_.unsound(*lines);
    }
    return taken ? visitor_.unsound(*taken) : stop(start, std::move(taken).error());
  }

  Result<void> enter(bool object, std::size_t depth) {
    if (depth >= kDepthMax)
      return stop(cursor_.at(), Error{ErrorCode::limit_exceeded, "brackets are nested too deep", {}, {}});
    const bool frame = object && depth == 0;
    if (frame) TRY(visitor_.frame_begins(offset_ + cursor_.at()));
    if (frame) in_frame_ = true;
    object ? cursor_.enter_object() : cursor_.enter_array();
    const std::size_t size = path_.size();
    for (;;) {
      path_.resize(size);
      (void)cursor_.peek();
      const std::size_t start = cursor_.at();
      auto more = step_inside(object);
      if (!more) return stop(start, std::move(more).error());
      if (!*more) break;
      TRY(value(depth + 1));
      if (malformed_) return {};
    }
    if (frame) in_frame_ = false;
    return frame ? visitor_.frame_ends(offset_ + cursor_.at()) : Result<void>();
  }

  Result<bool> step_inside(bool object) {
    if (!path_.empty()) path_ += '/';
    if (!object) {
      path_ += "[]";
      return cursor_.next_element();
    }
    const auto name = TRY(cursor_.next_member());
    if (name) path_ += name->substr(0, 256);
    return name.has_value();
  }

  Result<void> stop(std::size_t at, Error why) {
    malformed_ = std::move(why);
    resume_at_ = at;
    return {};
  }

  std::string_view text_;
  std::uint64_t offset_;
  Visitor& visitor_;
  Cursor cursor_;
  std::string path_;
  std::optional<Error> malformed_;
  std::size_t resume_at_ = 0;
  bool in_frame_ = false;
};

}  // namespace

Result<void> walk(std::string_view text, Visitor& visitor) {
  if (!is_lines(text)) return Walk(text, 0, visitor).run();
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    TRY(Walk(text.substr(at, end - at), at, visitor).run());
    at = end + 1;
  }
  return {};
}

}  // namespace strongroom::capture::json
