/// Backups for tests and fuzzers, sealed here from the format's description.
#pragma once

#include <charconv>
#include <string>

#include "capture/ciphers/ciphers.h"
#include "capture/signal_v1/sealed_frames.h"
#include "legacy.pb.h"

namespace strongroom::capture::signal_v1::material {

namespace legacy = ::strongroom::signal_legacy;

inline constexpr std::string_view kDigits = "123456789012345678901234567890";

class Writer {
 public:
  explicit Writer(std::uint32_t version) : version_(version) {
    legacy::BackupFrame header;
    header.mutable_header()->set_iv(std::string("\x00\x00\x01\x00", 4) + std::string(12, '\x5A'));
    header.mutable_header()->set_salt(std::string(32, 's'));
    if (version > 0) header.mutable_header()->set_version(version);
    const std::string plain = header.SerializeAsString();
    put_length(static_cast<std::uint32_t>(plain.size()), out_);
    out_ += plain;
    header_ = *header_of(bytes_of(out_));
    // Tests make many; the quarter of a second is spent once.
    static const Keys kKeys = keys_of(kDigits, header_.salt);
    keys_ = &kKeys;
  }

  Writer& frame(const legacy::BackupFrame& frame) { return frame_bytes(frame.SerializeAsString()); }
  Writer& frame_bytes(std::string_view plain) {
    std::string length;
    put_length(static_cast<std::uint32_t>(plain.size() + 10), length);
    const Bytes sealed = crypt((version_ > 0 ? length : std::string()) + std::string(plain));
    const BytesView all(sealed);
    ciphers::HmacReader mac(ciphers::HmacReader::Hash::sha256, keys_->mac.reveal());
    out_ += version_ > 0 ? text_of(all.first(4)) : std::string_view(length);
    out_ += text_of(version_ > 0 ? all.subspan(4) : all);
    out_ += text_of(BytesView(mac.add(all).finish()).first(10));
    ++counter_;
    return *this;
  }
  Writer& payload(std::string_view plain) {
    const Bytes sealed = crypt(std::string(plain));
    ciphers::HmacReader mac(ciphers::HmacReader::Hash::sha256, keys_->mac.reveal());
    out_ += text_of(sealed);
    out_ += text_of(BytesView(mac.add(iv()).add(sealed).finish()).first(10));
    ++counter_;
    return *this;
  }
  Writer& sql(const std::string& statement) {
    legacy::BackupFrame f;
    f.mutable_statement()->set_statement(statement);
    return frame(f);
  }
  /// Values as they are written: "NULL", "17", "-3" or text (also a number beyond 64 bits).
  Writer& row(const std::string& table, std::initializer_list<std::string> values) {
    legacy::BackupFrame f;
    std::string marks;
    for (const std::string& value : values) {
      marks += marks.empty() ? "?" : ",?";
      auto& p = *f.mutable_statement()->add_parameters();
      std::int64_t number = 0;
      const char* end = value.data() + value.size();
      const auto [behind, failed] = std::from_chars(value.data(), end, number);
      if (value == "NULL") {
        p.set_none(true);
      } else if (failed == std::errc() && behind == end) {
        p.set_integer(static_cast<std::uint64_t>(number));
      } else {
        p.set_text(value);
      }
    }
    f.mutable_statement()->set_statement("INSERT INTO " + table + " VALUES (" + marks + ")");
    return frame(f);
  }
  Writer& attachment(std::uint64_t row, std::string_view content) {
    legacy::BackupFrame f;
    f.mutable_attachment()->set_rowid(row);
    f.mutable_attachment()->set_attachmentid(static_cast<std::uint64_t>(-1));
    f.mutable_attachment()->set_length(static_cast<std::uint32_t>(content.size()));
    return frame(f).payload(content);
  }
  Writer& key_value(const std::string& key, const std::string& value) {
    legacy::BackupFrame f;
    f.mutable_keyvalue()->set_key(key);
    f.mutable_keyvalue()->set_stringvalue(value);
    return frame(f);
  }
  const std::string& bytes() const { return out_; }
  const Header& header() const { return header_; }
  const Keys& keys() const { return *keys_; }

 private:
  static void put_length(std::uint32_t length, std::string& to) {
    for (const int shift : {24, 16, 8, 0}) to += static_cast<char>(length >> shift);
  }
  Bytes iv() const {
    Bytes out = copy_of(header_.iv);
    for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<std::byte>(counter_ >> (24 - 8 * i));
    return out;
  }
  Bytes crypt(const std::string& plain) const {
    return ciphers::decrypt(ciphers::Mode::aes_256_ctr, keys_->cipher.reveal(), iv(), bytes_of(plain))
        .value();
  }
  std::string out_;
  Header header_;
  const Keys* keys_ = nullptr;
  std::uint32_t version_ = 0, counter_ = 256;
};

}  // namespace strongroom::capture::signal_v1::material
