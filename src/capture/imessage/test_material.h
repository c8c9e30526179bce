/// A small chat.db of our own, and the formats inside it, for tests and fuzzers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "capture/database/test_database.h"
#include "codec/text.h"

namespace strongroom::capture::imessage {

/// The attributed string of a text whose UTF-16 length is its byte length, without attributes.
inline std::string attributed(std::string_view text) {
  static constexpr char kBefore[] =
      "\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00"
      "\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+";
  std::string out(kBefore, sizeof kBefore - 1);
  out += static_cast<char>(text.size());
  return out.append(text).append("\x86\x86");
}

/// A binary property list of objects written out, the first of which is on top.
inline std::string plist(const std::vector<std::string>& objects) {
  std::string out = "bplist00", table;
  for (const std::string& object : objects) {
    table += static_cast<char>(out.size() >> 8);
    table += static_cast<char>(out.size() & 0xFF);
    out += object;
  }
  Bytes trailer;
  append_u64(trailer, 0x0201);  // offsets of two bytes, references of one
  append_u64(trailer, objects.size());
  append_u64(trailer, 0);
  append_u64(trailer, out.size());
  return out + table + std::string(text_of(trailer));
}

/// One part, edited once, 1 and 2 seconds after 2001; or taken back.
inline std::string edited_summary(std::string_view first, std::string_view second) {
  const auto data = [](const std::string& bytes) {
    return std::string("\x4F\x10") + static_cast<char>(bytes.size()) + bytes;
  };
  const std::string one("\x23\x3F\xF0\0\0\0\0\0\0", 9), two("\x23\x40\0\0\0\0\0\0\0", 9);
  return plist({std::string("\xD1\x01\x02", 3),
                "\x52"
                "ec",
                std::string("\xD1\x03\x04", 3),
                "\x51"
                "0",
                std::string("\xA2\x05\x06", 3), std::string("\xD2\x07\x08\x09\x0A", 5),
                std::string("\xD2\x07\x08\x0B\x0C", 5),
                "\x51"
                "d",
                "\x51"
                "t",
                one, data(attributed(first)), two, data(attributed(second))});
}
inline std::string retracted_summary() {
  return plist({std::string("\xD1\x01\x02", 3),
                "\x52"
                "rp",
                std::string("\xA1\x03", 2), std::string("\x10\x00", 2)});
}

inline std::string blob(std::string_view bytes) { return "x'" + codec::hex(bytes_of(bytes)) + "'"; }

inline Bytes chat_database() {
  return database::database_of(
      "CREATE TABLE handle(ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);"
      "INSERT INTO handle VALUES(1,'+15550001','iMessage'),(2,'Ana@Example.org','iMessage');"
      "CREATE TABLE chat(ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, "
      "display_name TEXT, service_name TEXT);"
      "INSERT INTO chat "
      "VALUES(1,'iMessage;-;+15550001',45,'+15550001','','iMessage'),(2,'iMessage;+;chat77',43,'chat77','"
      "Team','iMessage'),"
      "(3,'SMS;-;+15550001',45,'+1 (555) 0001','','SMS');"
      "CREATE TABLE chat_handle_join(chat_id INTEGER, handle_id INTEGER); INSERT INTO chat_handle_join "
      "VALUES(1,1),(2,1),(2,2);"
      "CREATE TABLE message(ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, handle_id "
      "INTEGER, service TEXT,"
      " date INTEGER, date_read INTEGER, date_delivered INTEGER, is_from_me INTEGER, item_type INTEGER, "
      "group_title TEXT,"
      " group_action_type INTEGER, other_handle INTEGER, associated_message_guid TEXT, "
      "associated_message_type INTEGER,"
      " associated_message_emoji TEXT, thread_originator_guid TEXT, message_summary_info BLOB, "
      "destination_caller_id TEXT,"
      " date_retracted INTEGER, date_edited INTEGER);"
      "INSERT INTO message(ROWID,guid,text,handle_id,service,date,date_read,is_from_me,item_type) VALUES"
      "(1,'G1','hello',1,'iMessage',700000000000000000,700000001000000000,0,0),(2,'G2','old',1,'SMS',"
      "300000000,0,0,0);"
      "INSERT INTO "
      "message(ROWID,guid,attributedBody,handle_id,date,is_from_me,destination_caller_id,thread_originator_"
      "guid) VALUES"
      "(3,'G3'," +
      blob(attributed("typed")) +
      ",0,700000002000000000,1,'+1999','G1');"
      "INSERT INTO "
      "message(ROWID,guid,text,handle_id,date,is_from_me,associated_message_guid,associated_message_type,"
      "associated_message_emoji) VALUES"
      "(4,'G4','Loved "
      "x',1,700000003000000000,0,'p:0/G3',2000,NULL),(5,'G5','',1,700000004000000000,0,'bp:G3',3001,NULL),"
      "(6,'G6','',1,700000005000000000,0,'p:1/"
      "G3',2006,'!!'),(7,'G7','',1,700000005000000000,0,'G3',4000,NULL);"
      "INSERT INTO "
      "message(ROWID,guid,handle_id,date,is_from_me,item_type,group_title,group_action_type,other_handle) "
      "VALUES"
      "(8,'G8',1,700000006000000000,0,1,NULL,0,2),(9,'G9',1,700000006000000000,0,2,'New',0,0),(10,'G10',2,"
      "700000006000000000,0,3,NULL,0,0),"
      "(11,'G11',2,700000006000000000,0,9,NULL,0,0);"
      "INSERT INTO message(ROWID,guid,text,handle_id,date,is_from_me,message_summary_info) VALUES"
      "(12,'G12','second',1,1000000000,0," +
      blob(edited_summary("first", "second")) +
      ");"
      "INSERT INTO message(ROWID,guid,text,handle_id,date,is_from_me,message_summary_info,date_edited) VALUES"
      "(13,'G13',NULL,1,700000007000000000,0," +
      blob(retracted_summary()) +
      ",700000008000000000);"
      "INSERT INTO message(ROWID,guid,text,attributedBody,message_summary_info,handle_id,date,is_from_me) "
      "VALUES"
      "(14,'G14',NULL,x'0102',x'0304',NULL,5,0);"
      "CREATE TABLE chat_message_join(chat_id INTEGER, message_id INTEGER);"
      "INSERT INTO chat_message_join "
      "VALUES(1,1),(3,2),(1,3),(1,4),(1,5),(1,6),(1,7),(2,8),(2,9),(2,10),(2,11),(1,12);"
      "CREATE TABLE chat_recoverable_message_join(chat_id INTEGER, message_id INTEGER); INSERT INTO "
      "chat_recoverable_message_join VALUES(1,13);"
      "CREATE TABLE attachment(ROWID INTEGER PRIMARY KEY, guid TEXT, filename TEXT, mime_type TEXT, "
      "transfer_name TEXT, total_bytes INTEGER);"
      "INSERT INTO attachment "
      "VALUES(1,'A1','~/Library/Messages/Attachments/ab/11/X/IMG.jpg','image/jpeg','IMG.jpg',4);"
      "CREATE TABLE message_attachment_join(message_id INTEGER, attachment_id INTEGER); INSERT INTO "
      "message_attachment_join VALUES(1,1),(2,99);");
}
/// message 14, chat 3, one later version, one part taken back.
inline constexpr std::uint64_t kRecords = 14 + 3 + 1 + 1;

}  // namespace strongroom::capture::imessage
