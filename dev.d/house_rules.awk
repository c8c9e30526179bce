# The house rules that can be read off the text of a source file. Run by dev.d/house_rules.sh.
# Variables: layers = cmake/layers.cmake. Input: every .h and .cpp of src/ and programs/.

function report(rule) {
  printf "%s:%d: %s\n", FILENAME, FNR, rule
  broken++
}

function end_of_file(name, lines) {
  if (name == "") return
  if (name ~ /^src\/.*\.h$/ && !pragma_once) {
    printf "%s:1: a header starts with #pragma once\n", name
    broken++
  }
  if (name ~ /^programs\/.*main\.cpp$/ && lines > 150) {
    printf "%s:%d: a main is at most 150 lines\n", name, lines
    broken++
  }
  if (name ~ /\.cpp$/ && name !~ /_test\.cpp$/ && lines > 500)
    printf "%s:%d: warning: more than 500 lines: it is two things\n", name, lines
}

# A directory may be several libraries (crypto and crypto_verify, roster and roster_sign): which of them is used is
# checked when CMake configures; here they are one room, named as the directory.
function directory_of(name,    stem) {
  stem = name
  while (sub(/_[a-z0-9]+$/, "", stem))
    if (stem in row) return directory_of(stem)
  return name
}

BEGIN {
  # set(STRONGROOM_MAY_USE_room used used ...)
  while ((getline line < layers) > 0) {
    if (line !~ /^set\(STRONGROOM_MAY_USE_/) continue
    gsub(/^set\(STRONGROOM_MAY_USE_|[")]/, "", line)
    name = line
    sub(/ .*/, "", name)
    row[name] = line
  }
  for (name in row) {
    count = split(row[name], word, " ")
    is_room[directory_of(name)] = 1
    for (i = 2; i <= count; i++) may_use[directory_of(name), directory_of(word[i])] = 1
    rows++
  }
  if (rows == 0) {
    print layers ": no layer table found"
    broken++
  }
}

FNR == 1 {
  end_of_file(previous, last_line)
  previous = FILENAME
  pragma_once = 0
  split(FILENAME, part, "/")
  room = part[1] == "src" ? part[2] : ""
  is_test = FILENAME ~ /_(test|fuzz)\.(cpp|h)$/ || FILENAME ~ /_testing\.(cpp|h)$/
  calls_system = FILENAME ~ /^(src\/platform\/|src\/base\/secret\.cpp$|programs\/)/ || is_test
  uses_openssl = FILENAME ~ /^src\/(crypto|wire|capture\/ciphers)\/openssl_[a-z0-9_]*\.(cpp|h)$/
  if (room != "" && !(room in is_room)) report("room '" room "' has no row in cmake/layers.cmake")
}

{ last_line = FNR }

# A header made for tests says so where it begins.
FNR <= 3 && tolower($0) ~ /^\/\/\/.*(test code only|for tests only|tests only)/ { is_test = calls_system = 1 }

/^#pragma once/ { pragma_once = 1 }

/^ *# *include *</ {
  header = $0
  sub(/^[^<]*</, "", header)
  sub(/>.*/, "", header)
  if (header ~ /^openssl\// && !uses_openssl) {
    report("OpenSSL is included by the openssl_* of crypto, wire and capture/ciphers only")
  }
  if (header ~ /^(sys|linux|arpa|netinet|net|asm)\// || \
      header ~ /^(unistd|fcntl|poll|dirent|pthread|sched|spawn|pwd|grp|termios|dlfcn|netdb|ftw)\.h$/) {
    if (!calls_system) report("only platform/ calls the operating system; <" header "> does not belong here")
  }
  if (FILENAME ~ /^src\/.*\.h$/ && FILENAME !~ /^src\/capture\// && !uses_openssl && !is_test && header ~ /^(boost|google|CLI|openssl)\/|^(sqlite3|archive|zstd|archive_entry)\.h$/)
    report("third-party headers stay out of our headers: <" header ">")
}

/^ *# *include *"/ {
  header = $0
  sub(/^[^"]*"/, "", header)
  sub(/".*/, "", header)
  split(header, part, "/")
  used = part[1]
  # Tests may look at any room; they are linked into no program.
  if (room != "" && !is_test && (used in is_room) && used != room && !((room, used) in may_use))
    report("'" room "' may not use '" used "' (cmake/layers.cmake)")
}

{
  code = $0
  sub(/\/\/.*/, "", code)
  gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
}

room != "" && code ~ /(^|[^A-Za-z0-9_])throw([^A-Za-z0-9_]|$)/ && !is_test { report("we throw no exceptions: return an Error") }
is_test && code ~ /(sleep_for|sleep_until|[^A-Za-z0-9_]u?sleep|nanosleep) *\(/ { report("nothing sleeps in a test") }
room != "" && code ~ /using namespace std *;/ { report("no using namespace std") }
/^ *\/\// { # the formatter leaves comments alone; columns, not bytes
  line = $0
  gsub(/[\200-\277]/, "", line)
  if (length(line) > 120) report("a comment of more than 120 columns")
}
/[ \t]$/ { report("a line ends in white space") }
/\t/ && code ~ /\t/ { report("a tab; indentation is two spaces") }

END {
  end_of_file(previous, last_line)
  exit broken > 0
}
