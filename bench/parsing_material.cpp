#include "parsing_material.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "must.h"
#include "words.h"

namespace strongroom::bench {
namespace {

constexpr std::uint64_t kStart = 1'700'000'000;  // seconds

class Out {
 public:
  explicit Out(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) give_up({ErrorCode::io, "the benchmark's material cannot be written", path, {}});
  }
  Out& operator<<(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size())
      give_up({ErrorCode::io, "the benchmark's material cannot be written", {}, {}});
    size_ += text.size();
    return *this;
  }
  std::uint64_t size() const { return size_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t size_ = 0;
};

/// What stands before the items, between two of them and behind them.
struct Around {
  std::string before, between, behind;
};

template <class Item>
std::uint64_t write_items(const std::string& path, std::size_t items, const Around& around, Item item) {
  Out out(path);
  Words words;
  out << around.before;
  for (std::size_t i = 0; i < items; ++i) out << (i == 0 ? "" : around.between) << item(words, i);
  out << around.behind;
  return out.size();
}

std::string mail(Words& words, std::size_t i) {
  return fmt::format(
      "Received: from mx{0}.example.org by mail.example.org; Mon, 6 May 2024 10:{1:02}:{2:02} +0200\n"
      "From: Person {0} <person{0}@example.org>\nTo: Other {3} <other{3}@example.com>\n"
      "Subject: {4}\nDate: Mon, 6 May 2024 10:{1:02}:{2:02} +0200\nMessage-ID: <{5}@example.org>\n"
      "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
      "8bit\n\n{6}\n{7}\n",
      i % 97, i / 60 % 60, i % 60, i % 89, words.message().substr(0, 60), i, words.message(),
      words.message());
}

}  // namespace

std::uint64_t write_json_lines(const std::string& path, std::size_t messages) {
  return write_items(path, messages, {"", "\n", "\n"}, [](Words& words, std::size_t i) {
    return fmt::format(
        R"({{"conversation":"room {}","author":"Person {}","sent_at":"2024-03-10T14:{:02}:{:02}Z","native_id":"{}",)"
        R"("text":"{}"}})",
        i % 50, words.number(200), i / 60 % 60, i % 60, i, words.message());
  });
}

std::uint64_t write_telegram(const std::string& path, std::size_t messages) {
  const Around around{
      "{\n \"name\": \"The group\",\n \"type\": \"private_group\",\n \"id\": 4711,\n \"messages\": [\n",
      ",\n", "\n ]\n}\n"};
  return write_items(path, messages, around, [](Words& words, std::size_t i) {
    return fmt::format(
        "  {{\n   \"id\": {},\n   \"type\": \"message\",\n   \"date\": \"2024-03-10T14:05:00\",\n   "
        "\"date_unixtime\": \"{}\",\n   \"from\": \"Person {}\",\n   \"from_id\": \"user{}\",\n   \"text\": "
        "\"{}\",\n   "
        "\"text_entities\": []\n  }}",
        i + 1, kStart + i, i % 50, 1000 + i % 50, words.message());
  });
}

std::uint64_t write_slack(const std::string& path, std::size_t messages) {
  return write_items(path, messages, {"[\n", ",\n", "\n]\n"}, [](Words& words, std::size_t i) {
    return fmt::format(
        R"(    {{"client_msg_id":"m-{0}","type":"message","user":"U{1:05}","text":"{2}","ts":"{3}.{4:06}","team":"T0001"}})",
        i, i % 97, words.message(), kStart + i, i % 1'000'000);
  });
}

std::uint64_t write_discord(const std::string& path, std::size_t messages) {
  const Around around{
      R"({"guild":{"id":"1","name":"The server"},"channel":{"id":"2","type":"GuildTextChat","name":"general"},)"
      R"("dateRange":{"after":null,"before":null},"messages":[)",
      ",\n", fmt::format(R"(],"messageCount":{}}})", messages)};
  return write_items(path, messages, around, [](Words& words, std::size_t i) {
    return fmt::format(
        R"({{"id":"{0}","type":"Default","timestamp":"2024-03-10T14:{1:02}:{2:02}+00:00","timestampEdited":null,)"
        R"("isPinned":false,"content":"{3}","author":{{"id":"{4}","name":"person{4}","discriminator":"0000",)"
        R"("nickname":"Person {4}","isBot":false}},"attachments":[],"embeds":[],"reactions":[],"mentions":[]}})",
        1'200'000'000'000'000'000 + i, i / 60 % 60, i % 60, words.message(), i % 97);
  });
}

std::uint64_t write_matrix(const std::string& path, std::size_t messages) {
  return write_items(path, messages, {"", "\n", "\n"}, [](Words& words, std::size_t i) {
    return fmt::format(
        R"({{"type":"m.room.message","room_id":"!room{0}:example.org","sender":"@person{1}:example.org",)"
        R"("event_id":"$event{2}","origin_server_ts":{3},"content":{{"msgtype":"m.text","body":"{4}"}}}})",
        i % 20, i % 97, i, (kStart + i) * 1000, words.message());
  });
}

std::uint64_t write_mattermost(const std::string& path, std::size_t messages) {
  return write_items(
      path, messages, {"{\"type\":\"version\",\"version\":1}\n", "\n", "\n"},
      [](Words& words, std::size_t i) {
        return fmt::format(
            R"({{"type":"post","post":{{"team":"ops","channel":"general","user":"person{}",)"
            R"("message":"{}","create_at":{},"reactions":null,"replies":null,"attachments":[]}}}})",
            i % 97, words.message(), (kStart + i) * 1000);
      });
}

std::uint64_t write_teams(const std::string& path, std::size_t messages) {
  return write_items(path, messages, {"{\"value\":[", ",\n", "]}\n"}, [](Words& words, std::size_t i) {
    return fmt::format(
        R"({{"id":"{0}","messageType":"message","createdDateTime":"2024-03-10T14:{1:02}:{2:02}Z","chatId":"19:chat{3}",)"
        R"("from":{{"user":{{"id":"id-{4}","displayName":"Person {4}"}}}},"body":{{"contentType":"text","content":"{5}"}}}})",
        (kStart + i) * 1000, i / 60 % 60, i % 60, i % 20, i % 97, words.message());
  });
}

std::uint64_t write_wecom(const std::string& path, std::size_t messages) {
  return write_items(path, messages, {"", "\n", "\n"}, [](Words& words, std::size_t i) {
    return fmt::format(
        R"({{"msgid":"m{0}","action":"send","from":"person{1}","tolist":["person{2}"],"roomid":"wr{3}",)"
        R"("msgtime":{4},"msgtype":"text","text":{{"content":"{5}"}}}})",
        i, i % 97, i % 89, i % 20, (kStart + i) * 1000, words.message());
  });
}

std::uint64_t write_signal_cli(const std::string& path, std::size_t messages) {
  return write_items(path, messages, {"", "\n", "\n"}, [](Words& words, std::size_t i) {
    return fmt::format(
        R"({{"envelope":{{"source":"+336000{0:05}","sourceNumber":"+336000{0:05}","sourceUuid":"uuid-{0}",)"
        R"("sourceName":"Person {0}","sourceDevice":1,"timestamp":{1},"dataMessage":{{"timestamp":{1},"message":"{2}",)"
        R"("expiresInSeconds":0,"viewOnce":false}}}},"account":"+33200000000"}})",
        i % 97, (kStart + i) * 1000, words.message());
  });
}

std::uint64_t write_sms(const std::string& path, std::size_t messages) {
  const Around around{
      fmt::format("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{}\">\n",
                  messages),
      "\n", "\n</smses>\n"};
  return write_items(path, messages, around, [](Words& words, std::size_t i) {
    return fmt::format(
        "  <sms protocol=\"0\" address=\"+33600000{:03}\" date=\"{}\" type=\"{}\" subject=\"null\" body=\"{} "
        "&#55357;&#56832;\" toa=\"null\" sc_toa=\"null\" service_center=\"null\" read=\"1\" status=\"-1\" "
        "locked=\"0\" "
        "date_sent=\"0\" readable_date=\"10 Mar 2024\" contact_name=\"Person {}\" />",
        i % 500, (kStart + i) * 1000, 1 + i % 2, words.message(), i % 500);
  });
}

std::uint64_t write_mbox(const std::string& path, std::size_t mails) {
  Out out(path);
  Words words;
  for (std::size_t i = 0; i < mails; ++i)
    out << "From person@example.org Mon May  6 10:00:00 2024\n" << mail(words, i) << "\n";
  return out.size();
}

std::uint64_t write_maildir(const std::string& path, std::size_t mails) {
  Words words;
  std::uint64_t size = 0;
  for (const char* part : {"cur", "new", "tmp"}) std::filesystem::create_directories(path + "/" + part);
  for (std::size_t i = 0; i < mails; ++i) {
    Out out(fmt::format("{}/cur/{}.M{}.example.org:2,S", path, kStart + i, i));
    out << mail(words, i);
    size += out.size();
  }
  return size;
}

std::uint64_t write_imessage(const std::string& path, std::size_t messages) {
  sqlite3* database = nullptr;
  const auto run = [&](const std::string& sql) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      give_up(
          {ErrorCode::io, std::string("the benchmark's database: ") + sqlite3_errmsg(database), path, {}});
  };
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK)
    give_up({ErrorCode::io, "the benchmark's database cannot be made", path, {}});
  run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
      "CREATE TABLE message(ROWID INTEGER PRIMARY KEY, guid TEXT UNIQUE NOT NULL, text TEXT, attributedBody "
      "BLOB, "
      "handle_id INTEGER DEFAULT 0, service TEXT, date INTEGER, date_read INTEGER, date_delivered INTEGER, "
      "is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT, group_action_type "
      "INTEGER DEFAULT 0, "
      "other_handle INTEGER DEFAULT 0, associated_message_guid TEXT, associated_message_type INTEGER DEFAULT "
      "0, "
      "thread_originator_guid TEXT, thread_originator_part TEXT, message_summary_info BLOB, "
      "balloon_bundle_id TEXT, "
      "payload_data BLOB, expressive_send_style_id TEXT, cache_has_attachments INTEGER DEFAULT 0, "
      "date_edited INTEGER "
      "DEFAULT 0, date_retracted INTEGER DEFAULT 0);"
      "CREATE TABLE handle(ROWID INTEGER PRIMARY KEY, id TEXT NOT NULL, service TEXT);"
      "CREATE TABLE chat(ROWID INTEGER PRIMARY KEY, guid TEXT UNIQUE NOT NULL, style INTEGER, "
      "chat_identifier TEXT, "
      "display_name TEXT, service_name TEXT);"
      "CREATE TABLE chat_message_join(chat_id INTEGER, message_id INTEGER, message_date INTEGER DEFAULT 0, "
      "PRIMARY KEY(chat_id, message_id));"
      "CREATE TABLE chat_handle_join(chat_id INTEGER, handle_id INTEGER);"
      "CREATE TABLE attachment(ROWID INTEGER PRIMARY KEY, guid TEXT, filename TEXT, mime_type TEXT, "
      "transfer_name TEXT, "
      "total_bytes INTEGER);"
      "CREATE TABLE message_attachment_join(message_id INTEGER, attachment_id INTEGER);"
      "INSERT INTO handle VALUES(1,'+33600000001','iMessage');"
      "INSERT INTO chat VALUES(1,'iMessage;-;+33600000001',45,'+33600000001','','iMessage');"
      "INSERT INTO chat_handle_join VALUES(1,1);");
  Words words;
  for (std::size_t i = 1; i <= messages; ++i) {
    run(fmt::format(
        "INSERT INTO message(ROWID,guid,text,handle_id,service,date,is_from_me) VALUES({0},'G-{0}','{1}',1,"
        "'iMessage',{2},{3});INSERT INTO chat_message_join VALUES(1,{0},{2});",
        i, words.message(), (kStart + i - 978'307'200) * 1'000'000'000, i % 2));
  }
  run("COMMIT;");
  sqlite3_close(database);
  return std::filesystem::file_size(path);
}

}  // namespace strongroom::bench
