#include "envelope/names.h"

#include <fmt/format.h>

#include <chrono>

#include "codec/text.h"

namespace strongroom::envelope {

Bytes signer_of(MemberId id) {
  Bytes out;
  append_u32(out, id);
  return out;
}

void put_lot(cbor::Writer& w, const Lot& lot) {
  w.array(4).uint(lot.retention_class).uint(lot.expiry_month).uint(static_cast<std::uint64_t>(lot.kind));
  w.bytes(lot.kind == LotKind::hold ? BytesView(lot.hold) : BytesView());
}

Result<Lot> get_lot(cbor::Reader& r) {
  TRY(r.array(4));
  Lot lot;
  lot.retention_class = static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
  lot.expiry_month = static_cast<std::uint32_t>(TRY(r.uint_max(12 * 10'000)));
  const std::uint64_t kind = TRY(r.uint());
  if (kind != 1 && kind != 2) return r.error(ErrorCode::unsupported, "unknown kind of lot");
  lot.kind = static_cast<LotKind>(kind);
  if (lot.kind == LotKind::hold) {
    lot.hold = TRY(r.array_bytes<16>());
  } else if (!TRY(r.bytes()).empty()) {
    return r.error(ErrorCode::malformed, "a retention lot names a hold");
  }
  return lot;
}

std::string to_string(const Lot& lot) {
  if (lot.kind == LotKind::hold)
    return fmt::format("class {}, hold {}", lot.retention_class, codec::hex(BytesView(lot.hold).first(4)));
  return fmt::format("class {}, until {}", lot.retention_class, month_name(lot.expiry_month));
}

std::uint32_t month_of_day(std::uint32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return static_cast<std::uint32_t>(static_cast<int>(date.year()) * 12) +
         static_cast<unsigned>(date.month()) - 1;
}

std::string month_name(std::uint32_t month) { return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1); }

std::string day_name(std::uint32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Result<std::uint32_t> day_from_name(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorCode::malformed, "not a day", std::string(text), "write it as 2026-11-22");
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return bad();
  const auto number = [&](std::size_t from, std::size_t length) -> int {
    int v = 0;
    for (char c : text.substr(from, length)) v = c < '0' || c > '9' || v < 0 ? -1 : v * 10 + (c - '0');
    return v;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 1970 || month < 1 || day < 1) return bad();
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return bad();
  return static_cast<std::uint32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

void put_tree_head(cbor::Writer& w, const TreeHead& head) { w.array(2).uint(head.size).bytes(head.root); }

Result<TreeHead> get_tree_head(cbor::Reader& r) {
  TRY(r.array(2));
  TreeHead head;
  head.size = TRY(r.uint());
  head.root = TRY(r.array_bytes<32>());
  return head;
}

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::deal: return "deal";
    case Purpose::grant: return "grant";
    case Purpose::rescue: return "rescue";
    case Purpose::escrow: return "escrow";
    case Purpose::hand_over: return "hand-over";
    case Purpose::batch: return "batch";
    case Purpose::request: return "request";
    case Purpose::directory: return "directory";
  }
  return "";
}

Bytes hpke_info(Purpose purpose, const Hash256& context, std::optional<std::uint32_t> quorum,
                std::optional<std::uint32_t> position, const Hash256& recipient_key) {
  cbor::Writer w;
  w.array(6).text(name_of(purpose)).uint(1).bytes(context);
  for (const auto& number : {quorum, position}) {
    if (number) {
      w.uint(*number);
    } else {
      w.null();
    }
  }
  w.bytes(recipient_key);
  return w.take();
}

}  // namespace strongroom::envelope
