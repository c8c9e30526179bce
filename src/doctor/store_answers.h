/// What databases and caches say to somebody who has not logged in. Each asks one thing that changes nothing.
#pragma once

#include <optional>

#include "doctor/answers.h"

namespace strongroom::doctor {

/// Redis and its relatives: PING.
inline constexpr std::string_view kRedisPing = "PING\r\n";
std::optional<Findings> judge_redis(const Place& place, std::string_view pong);

inline constexpr std::string_view kMemcachedVersion = "version\r\n";
std::optional<Findings> judge_memcached(const Place& place, std::string_view answer);

/// MongoDB: OP_MSG {listDatabases: 1, nameOnly: true, $db: "admin"}. What it names is not kept.
Bytes mongo_list_databases();
std::optional<Findings> judge_mongo(const Place& place, BytesView answer);

/// PostgreSQL (frontend/backend protocol 3.0): the start of a session as user "postgres".
Bytes postgres_startup();
std::optional<Findings> judge_postgres(const Place& place, BytesView answer);

/// MySQL and MariaDB greet: protocol 10, version, capabilities.
std::optional<Findings> judge_mysql(const Place& place, BytesView greeting);

}  // namespace strongroom::doctor
