#include "capture/whatsapp/header.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "base/shared_corpus.h"
#include "capture/whatsapp/dates.h"
#include "capture/whatsapp/test_material.h"

namespace strongroom::capture::whatsapp {
namespace {

/// The wall clock a header says in one order, or why there is none.
std::string read(std::string_view line, DateOrder order) {
  const auto header = recognise_header(line);
  if (!header) return "no header";
  const auto wall = wall_clock_of(header->stamp, order);
  if (!wall) return "no date";
  return wall_clock_text(*wall, header->stamp.has_seconds) + "|" + std::string(line.substr(header->rest));
}

TEST(WhatsappHeader, ReadsEveryFormOfTheLocales) {
  struct Case {
    std::string_view line;
    DateOrder order;
    std::string_view wall;
  };
  using enum DateOrder;
  const Case cases[] = {
      {"10/03/2024, 14:05 - A: x", dmy, "2024-03-10T14:05"},
      {"10/03/24, 14:05 - A: x", dmy, "2024-03-10T14:05"},
      {"3/10/24, 2:05 PM - A: x", mdy, "2024-03-10T14:05"},
      {"3/10/24, 2:05\u202FPM - A: x", mdy, "2024-03-10T14:05"},
      {"10/3/2024, 2:05 p.m. - A: x", dmy, "2024-03-10T14:05"},
      {"10/3/2024, 2:05 p.\u00A0m. - A: x", dmy, "2024-03-10T14:05"},
      {"10/3/2024 2:05 a. m. - A: x", dmy, "2024-03-10T02:05"},
      {"10/3/2024, 12:05 am - A: x", dmy, "2024-03-10T00:05"},
      {"10/3/2024, 12:05 pm - A: x", dmy, "2024-03-10T12:05"},
      {"10.03.24, 14:05 - A: x", dmy, "2024-03-10T14:05"},
      {"10.03.2024, 2:05 nachm. - A: x", dmy, "2024-03-10T14:05"},
      {"10.03.2024, 2:05 vorm. - A: x", dmy, "2024-03-10T02:05"},
      {"10-03-2024 14:05 \u2013 A: x", dmy, "2024-03-10T14:05"},
      {"2024-03-10, 14.05 - A: x", ymd, "2024-03-10T14:05"},
      {"10.3.2024 klo 14.05 - A: x", dmy, "2024-03-10T14:05"},
      {"10.3.2024 klo 14.05.09 - A: x", dmy, "2024-03-10T14:05:09"},
      {"2024. 3. 10. 오후 2:05 - A: x", ymd, "2024-03-10T14:05"},
      {"2024년 3월 10일 오전 2:05 - A: x", ymd, "2024-03-10T02:05"},
      {"[2024. 3. 10. 오후 2:05:09] A: x", ymd, "2024-03-10T14:05:09"},
      {"2024/3/10 下午2:05 - A: x", ymd, "2024-03-10T14:05"},
      {"[2024/3/10 上午2:05:09] A: x", ymd, "2024-03-10T02:05:09"},
      {"[2024/3/10 中午12:05:09] A: x", ymd, "2024-03-10T12:05:09"},
      {"2024/03/10 14:05 - A: x", ymd, "2024-03-10T14:05"},
      {"2024年3月10日 午後2:05 - A: x", ymd, "2024-03-10T14:05"},
      {"[10/03/2024, 14:05:09] A: x", dmy, "2024-03-10T14:05:09"},
      {"\u200E[10/03/2024, 14:05:09] A: x", dmy, "2024-03-10T14:05:09"},
      {"\uFEFF[10/03/2024, 14:05:09] A: x", dmy, "2024-03-10T14:05:09"},
      {"[10.03.24, 14:05:09] A: x", dmy, "2024-03-10T14:05:09"},
      {"[3/10/24, 2:05:09\u202FPM] A: x", mdy, "2024-03-10T14:05:09"},
      {"10/03/2024 14:05:09: A: x", dmy, "2024-03-10T14:05:09"},
      {"\u200F١٠/٣/٢٠٢٤، ٢:٠٥ م - A: x", dmy, "2024-03-10T14:05"},
      {"[١٠/٣/٢٠٢٤, ٢:٠٥:٠٩ ص] A: x", dmy, "2024-03-10T02:05:09"},
      {"۲۰۲۴/۳/۱۰،\u200F ۱۴:۰۵ - A: x", ymd, "2024-03-10T14:05"},
      {"۱۴۰۲/۱۲/۲۰، ۱۴:۰۵ - A: x", ymd, "2024-03-10T14:05"},   // a Persian year
      {"१०/३/२४, २:०५ अपराह्न - A: x", dmy, "2024-03-10T14:05"},
      {"১০/৩/২৪, ২:০৫ PM - A: x", dmy, "2024-03-10T14:05"},
      {"10/3/2567 14:05 - A: x", dmy, "2024-03-10T14:05"},          // a Buddhist year
      {"10/3/24, 2:05 μ.μ. - A: x", dmy, "2024-03-10T14:05"},
      {"10.03.2024, 02:05 ÖS - A: x", dmy, "2024-03-10T14:05"},
      {"2024. 03. 10. 14:05 - A: x", ymd, "2024-03-10T14:05"},
      {"10.03.2024 г., 14:05 ч. - A: x", dmy, "2024-03-10T14:05"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read(c.line, c.order), std::string(c.wall) + "|A: x") << c.line;
  }
}

TEST(WhatsappHeader, RefusesWhatOnlyResemblesOne) {
  for (const std::string_view line :
       {"10/03/2024", "14:05 - A: x", "10/03/2024, 14:05", "10/03/2024, 14:05 -x", "10/03/2024, 24:05 - A: x",
        "10/03/2024, 14:60 - A: x", "10/03/20244, 14:05 - A: x", "10/03-2024, 14:05 - A: x",
        "[10/03/2024, 14:05 A: x", "2024-03-10 14:05:09,123 - root - INFO - x",
        "10/12/2024, meeting 14:30 - room 5: x", "1.2.3.4 - - [10/Oct/2000]", "2024-03-10T14:05:09Z x: y",
        "10/2024/03, 14:05 - A: x", "x 10/03/2024, 14:05 - A: x", "\xFF\xFE\xFD"}) {
    EXPECT_EQ(read(line, DateOrder::dmy), "no header") << line;
  }
}

TEST(WhatsappHeader, FindsTheAuthorBeforeTheFirstColonAndSpace) {
  EXPECT_EQ(author_length("Ana: x: y"), 3u);
  EXPECT_EQ(author_length("Ana:x: y"), 5u);
  EXPECT_EQ(author_length("Ana:"), 3u);
  EXPECT_EQ(author_length("Ana:\u200Ex"), 3u);
  EXPECT_EQ(author_length("Ana left"), std::nullopt);
  EXPECT_EQ(author_length(": x"), std::nullopt);
}

TEST(WhatsappDates, DecideTheOrderByWhatIsPossibleThenByTime) {
  const auto order_of = [](std::vector<std::string_view> lines) {
    std::vector<Stamp> stamps;
    for (const auto line : lines) stamps.push_back(recognise_header(line)->stamp);
    const Decision d = DateOrders(stamps, std::nullopt).decision(shape_of(stamps[0]));
    return std::string(name_of(d.order)) + (d.ambiguous ? "?" : "");
  };
  EXPECT_EQ(order_of({"03/04/23, 10:00 - A: x", "13/04/23, 10:00 - A: x"}), "dmy");
  EXPECT_EQ(order_of({"03/04/23, 10:00 - A: x", "03/14/23, 10:00 - A: x"}), "mdy");
  EXPECT_EQ(order_of({"05/04/23, 10:00 - A: x", "06/04/23, 10:00 - A: x", "01/05/23, 10:00 - A: x"}), "dmy");
  EXPECT_EQ(order_of({"04/05/23, 10:00 - A: x", "04/06/23, 10:00 - A: x", "05/01/23, 10:00 - A: x"}), "mdy");
  EXPECT_EQ(order_of({"01/12/24, 10:00 - A: x", "02/12/24, 10:00 - A: x"}), "dmy?");
  EXPECT_EQ(order_of({"4/1/23, 9:15 AM - A: x"}), "mdy?");
  EXPECT_EQ(order_of({"24/03/30, 10:00 - A: x", "24/04/02, 10:00 - A: x"}), "ymd");
  EXPECT_EQ(order_of({"24. 3. 10. 오후 2:05 - A: x"}), "ymd");
  EXPECT_EQ(order_of({"2024/03/10, 10:00 - A: x"}), "ymd");
  EXPECT_EQ(order_of({"2024/13/10, 10:00 - A: x"}), "ydm");
}

// whatstk's list of 96 header formats. All parse, year-day-month among them where the day cannot be a month; no
// locale is known to write year-day-month, and 24 of the list do, so a file of small days is read as year-month-day.
TEST(WhatsappHeader, ReadsEveryFormatOfThePublishedList) {
  STRONGROOM_CORPUS(
      path, "samples/whatsapp/lucasrodes__whatstk/whatstk/whatsapp/assets/header_format_support.json");
  const std::string list = read_file(path);
  std::size_t formats = 0;
  for (std::size_t at = list.find("\"format\": \""); at != std::string::npos;
       at = list.find("\"format\": \"", at + 1)) {
    const std::size_t start = at + 11;
    const std::string format = list.substr(start, list.find('"', start) - start);
    const auto put = [](std::string in, std::string_view what, std::string_view value) {
      const std::size_t found = in.find(what);
      return found == std::string::npos ? in : in.replace(found, what.size(), value);
    };
    for (const std::string_view year : {"2024", "24"}) {
      std::string line = format;
      const bool halved = line.find("%p") != std::string::npos;
      for (const auto& [what, value] :
           std::initializer_list<std::pair<std::string_view, std::string_view>>{{"%y", year},
                                                                                {"%m", "03"},
                                                                                {"%d", "25"},
                                                                                {"%H", "14"},
                                                                                {"%I", "2"},
                                                                                {"%M", "05"},
                                                                                {"%S", "09"},
                                                                                {"%p", "PM"},
                                                                                {"%name", "Ana"}}) {
        line = put(line, what, value);
      }
      line += " text";
      const bool seconds = format.find("%S") != std::string::npos;
      if (format.find("%y") < format.find("%d") && format.find("%d") < format.find("%m") && year == "24")
        continue;
      const std::string text = line + "\n" + line;
      const Parsed parsed = parse_text(text);
      ASSERT_EQ(parsed.sink.records.size(), 2u) << line;
      EXPECT_EQ(parsed.outcome.found, 2u) << line;
      const bool year_last = format.find("%y") > format.find("%m");
      // "24-03-25" may as well be the 24th of March 2025: without more lines the first field over 12 is the day.
      if (year == "24" && !year_last) continue;
      EXPECT_EQ(parsed.sink.records[0].sent_at.wall_clock,
                seconds ? "2024-03-25T14:05:09" : "2024-03-25T14:05")
          << line << halved;
      EXPECT_EQ(parsed.sink.records[0].text, "text") << line;
    }
    ++formats;
  }
  EXPECT_EQ(formats, 96u);
}

}  // namespace
}  // namespace strongroom::capture::whatsapp
