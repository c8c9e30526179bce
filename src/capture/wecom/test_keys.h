/// Key pairs made for these tests, and a key wrapped for the first. They protect nothing.
#pragma once

#include <string_view>

namespace strongroom::capture::wecom::testing {

inline constexpr std::string_view kRightKey = R"(-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQDQcY1ubLrliCQBFdRxBAC7d6Nt8cW5shbxbKHgbrx4i5qAdlnb
4G6VZgphJJ469OEPiFyYLpzu1yWWPzP3XGVxG8tIka7JdgWSRwmq5oepBzHV2nwm
n1FO3idrDnm8VSWQIi0zEbaB0xXwSFWTvgJF+GVE3H3/FNCOyxEto+VMWQIDAQAB
AoGAVBCnyJQjYDTiyGlEb3v8y555k/rBEp5HcICuXHRsoHU1D4Arx2ihULGBmCIL
ip1+MyR8q4eJFS5B43GEBMwHwLYGB3JLlbCdUVixLICu5heecObZirRsFBxWYdI3
+ornZa4Td9e5rg+iQIuvH8t4VisKeqTn193rZ2Z6GfSUNB0CQQD/CnFDTgu+u1RM
qpfHGZhfJQyCUqGAmUTPQVYi4IwICJ97TyavBJ+PBds23Zh9k9jcbQ3L4x7AlPz1
MOtWdKwjAkEA0To+1RW57U53JG5O6dD3hG5LyYSjABrWPvQzqBUAgQJRgNInvtar
/BiGwiWXVE4PeZWUfQfP+OyIOAPqy9XfUwJBAKE8IM7EEHjMRUcSslGUxNehvH7H
boK2YuIEFEiIXP7XNLvoFjSfX6Azu5q8DSOWzIrOBuLW+yIVDraT7rQBnrECQDcj
SWGwWxItxnokU8mMl14gDvrpaGdjqyhmBKL7/ekBqmbveyfwvNwvvnu1ml7OP4fE
IqCciXNJKlDQv3S+RR8CQG6cb7g5J6GKk8DYIQxnnf8wUAzpb3sdeaCzhSs3JcKO
tajrYpdAyZ0IoI4rCwnmFuCPuaZ8pE+cnB85k5JeJT4=
-----END RSA PRIVATE KEY-----
)";
inline constexpr std::string_view kOtherKey = R"(-----BEGIN RSA PRIVATE KEY-----
MIICXQIBAAKBgQC5la+syv+lTmSr+ByfAzVKdUyiy2tuvkbN2jXhtvfgWUqYDdJY
o/mz1p0qY44q5VSWSsJmgCCMXgXtEX1JHFXeJ5rH8RoOvD5mxSXk9pMzDeyK+vY7
ixkWqBw1jWRuS3TRqpkkwP6m5Hhvlx0tBUx4Yv65XB6dPYnJ7t48eBJv2QIDAQAB
AoGBALCDA1TIuwACINRDpw1CouQPzvUjnyn0hilyez8UpIxYwQ8ATmmKhIwc+tz/
VY/NEXfk4SNWiB6Zqu9BbDUmYy/IOiwiPtkdY2iIbiZfoz+hwAuD1asuuk9GcHSC
W+WwqoeY+3srqnpT6ZvrXtRdITtwcgptbTrH5uoLsIu0NmflAkEA9e9JESvJMJq/
WGHS0LpNXZinpbaeKxed2+zZ3iZxQelZdROuWdTQbnEekwudpKvsIckRiiRtGttS
mY4ktYb6XwJBAMEuGZlhmBDgJVydTlQE99Ix83UdHsWV6x3CQbArLJbxYg7csJ1Y
FRDviJ7Ltr8/1q/N59u8o9ttQHDp1OdMMMcCQBLGOJK5//rY5WCO3zQV9M//VlT9
MufhPqjKVPtzfdPlR3H7laS/7UVxFz9sdJVcloMhwVgFXdreAVk9k6nT6wsCQCT+
NPzASaSBp+XyYbuJMAPaeOqmZuwjZ2DNgFLCEcnd848xB8k5wt75X8o47If3K5+C
6LGVkDNG2p5EyPZ6CqUCQQCKCAKiFkssDKo3oYYIPqTqh+Pm5i09uv0YZEMjvS1q
3O0H9w7xNsIIaVZcsR/0Bzwda7CS+YWZromHh7pso9ul
-----END RSA PRIVATE KEY-----
)";
/// "0123456789abcdefRandomKeyString=" for the right key (RSA PKCS#1 v1.5).
inline constexpr std::string_view kWrapped =
    "FvVufz/0StiI6Ltry+3Lg32bWkugALiXWo6iG4Px8vLFZWHUMf9Sw0xkbCWmVhqbQH0MLc6mDfDOeOgFwK6p8RkP"
    "/L0/qBrvvqtKhAFUg0RGKzGf5IjahAxYHvHb++UzbfcHRKDpQt2BDOJUrKi5o7rh83Wq/GowtIoVKcJkBMQ=";

}  // namespace strongroom::capture::wecom::testing
