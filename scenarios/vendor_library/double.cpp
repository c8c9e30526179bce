// Test only: a double of the vendor's library (libWeWorkFinanceSdk_C.so), which is closed and not ours to have. It has
// the same five functions and opens what double_cipher.h seals. What it is sealed tells it how to misbehave.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "double_cipher.h"

namespace {

constexpr const char* kElsewhere = "/etc/passwd";  // everybody may read it, but nobody in the cage

std::string try_to_read(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::strerror(errno);
  ::close(file);
  return "opened";
}

std::string seen_by_constructor;

struct Constructed {
  Constructed() {
    seen_by_constructor = try_to_read(kElsewhere);
#ifdef DOUBLE_CONNECTS_WHEN_LOADED
    (void)::socket(AF_INET, SOCK_STREAM, 0);
#endif
#ifdef DOUBLE_WRITES_WHEN_LOADED
    (void)::open("/tmp/strongroom-vendor-double", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
#endif
  }
} constructed;

void replace(std::string& text, const std::string& what, const std::string& by) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
}

/// As the opened message wants it.
void misbehave(std::string& message) {
  const auto wants = [&](const char* what) { return message.find(what) != std::string::npos; };
  if (wants("#crash")) *static_cast<volatile int*>(nullptr) = 1;  // NOLINT: that is the point
  if (wants("#abort")) std::abort();
  if (wants("#exit")) std::_Exit(0);
  if (wants("#socket")) (void)::socket(AF_INET, SOCK_STREAM, 0);
  if (wants("#print")) {
    for (int i = 0; i < 10'000; ++i) {
      std::printf("a library that talks\n");
      std::cout << "in two ways" << std::endl;
    }
    (void)std::fprintf(stdout, "and in a third\n");
    (void)std::fflush(stdout);
  }
  if (wants("#garbage")) message = "no message";
  replace(message, "{file}", try_to_read(kElsewhere));
  replace(message, "{constructor}", seen_by_constructor);
}

}  // namespace

extern "C" {

struct Slice_t {
  char* buf;
  int len;
};

Slice_t* NewSlice() { return new Slice_t{nullptr, 0}; }

void FreeSlice(Slice_t* slice) {
  std::free(slice->buf);
  delete slice;
}

int DecryptData(const char* encrypt_key, const char* encrypt_msg, Slice_t* msg) {
  auto opened = vendor_double::open(encrypt_key, encrypt_msg);
  if (!opened) return 10003;
  misbehave(*opened);
  msg->buf = ::strdup(opened->c_str());
  msg->len = static_cast<int>(opened->size());
  return 0;
}

char* GetContentFromSlice(Slice_t* slice) { return slice->buf; }

#ifndef DOUBLE_LACKS_A_FUNCTION
int GetSliceLen(Slice_t* slice) { return slice->len; }
#endif
}
