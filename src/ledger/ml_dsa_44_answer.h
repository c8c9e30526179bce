/// The known answer for ML-DSA-44 cosignatures: the seed is the bytes 40 to 5f, the signature deterministic, made
/// with the openssl command line over the message that checkpoint_test.cpp spells out. Test code only.
#pragma once

#include <string_view>

namespace strongroom::ledger::material {

inline constexpr std::string_view kMlDsaVkey =
    "witness.example/m1+9fda0e9d+BgoMQ4mYW3mI3B6MGuzsuOjIGJstTQEbpK2B6hnQSfsK+s+xxzJotua89tf8ZSPnaVTBtES2"
    "RGSWdXdYUS1a91eqbkOGQzAcWvXDimmdlHJsWwU98HK+eF2YUNkX0bJIEdBVGvf3u5xcesEeo3GGnwwjojqyieqik0t/sA0Qx8XV"
    "DyRi4oW+4Zf9+p71vJFHtOR/bZzMptKYO0ChVOQFTl5tlyHCU7x1m1j6Yvz6XI7oSLFJgyTlY819N/abpjG5McfzblbowSevfHPF"
    "JuOh8DXtePkYagc1R3zV1Kiez5nlyWaokSADKO0NAWmgeZ86s/GsQOJK3wFnou/ht8zgteoyouTsiZn0h09UUH8xJW7/1/NUzJA/"
    "ruOzaKTr4J/KFt/Pytnm08IwnbD2szXGpBwP5wO2emPFJrzqjss1JkeRaPWkp80YkmDN57+B1CgpFuhlnEfTfkKKmLgsbZBJX6Zs"
    "QgxSHIT908NirJPJ/c4mXAQJN1ulBC8CjntuSWJhC253U2EfUHgCJZl7J5vXtDdv0g6WhX15u0JcE7cTe3kNoWP/p7xQPhrePbyx"
    "FIMaFbZNL2smtvWT+TRdwyUG0sV5ZFfSALS/vCuE/GkMmg3X4OSk0+tZPEd2o6rboKC1/7DYf7hFIZmYpFUJl0J+v/eC8rhu3nQz"
    "/sqPNDAkmJ/qIVwvxtlBHR8mD40YyGqS2BFP2/aXLd+IIPS71gsHt6yqvvpPVW+OefpTSwEk4A0cHptJ6za3d9fkJ0UU0FT1rYn9"
    "t3cjUA7t6Yc3Dzz2LgbBdcW+OJbBS+nWYtgfYhXcPo5GCj1Q7h0hxUtfYOdtPodaRtjEvcO4LOzRw5uQxzm/gZkqmz9k21sot2Ap"
    "8ERa+zOKnykM239DHMGKk5AcZ4aRYMJMTNEfYtSyunu7g59GFkeEmfLVaeaFgtHGqomXhsdUkfeqlkYnhWiww47nnXaVhgeOW1Tk"
    "U1qRDDivblrfTk7+u20TsdCFbjsmg42TMwmidUU9pSjVpekHKlvTs1trdfZnATTsC++e4lg4e940+5EBn/cxFMpSAAqzdH8gRjN8"
    "Ov1NTLHI92AEWpa8I96H0lt4mf4v2OwfpH6e+qnPPfElFu/MuVWDtOnAkcpu78wjdAgQaIEWXm8Az0l9SkYqhFtLSt9mGfK7abwz"
    "FLD3Lw+4ZOt1q9gj9gPyzM2iUSeJj5MFMfyT6dzpSeLs473vqqtvsbIUAz7yInQXVUrzUZlIEoI/Ua6nbmONy09fn/YB9kHC1lnZ"
    "9Lr+fv6Ujevba3OrJb7n03X7/KVHyRXVhZiRHuQt0mdxJTQDL6ROuRJdg1PeBcY0JyTyx6ajSGWloPqLLmABPp0O6RPIxi8a42DQ"
    "GEU96Og3K7MzseCTdFQEsYhynv70nF4Warf24VMzrnHyTfmDi7IDlG1ozosLmBO2z8Cg5w8rJL+MJW9Ihm5c4ZQoBY5+lwXtndgv"
    "uq7C3FjJd6T37p422cmLITwj5m3XlH+8BwIp+KMaPYVKJoYkQemZNkT+ROif940WJsiUxh/7/IsEILA4V2ZXWvF18zIffQHnFddy"
    "ubIdNmnj7lnkclWp2XY1lrjFn8q+xoeHzgbVY5byWclBIJuJTv7urgHuw8LfWVt52EpMMIePcQcTdjc36tfpgEgOIBTspj5WaM3H"
    "lJeZ5MwltG6HWmIlBZ/stgY/B/DH5vEzvkn4+kq4kgF59AHFhivgrZapXzQJsVP++lZZs7LutkA/fQ0=";

/// What follows the name on the signature line.
inline constexpr std::string_view kMlDsaLineValue =
    "n9oOnQAAAABpVbkATwHvoLIaPXRU0E5EX1YymC1UrCjaT14AplPBd0oEUDkKlO1QLogH17CduhAE4c9yL/vCc00xF7PUTK8Yp/kM"
    "uCUcFC2TOiJWKDhmenOI29ndAAV1WExGsUxc4w4bbHJtMeabiYlj7NiXTnd7cJIjiOEHg6tQjP5kZFB5VyAguRF1oVkbxcICFgQd"
    "URUjQifkAYtI4e0+670xpVTEnjOrKQyRhmdmgZx+Qs/saCn9yVxFVCINLG+GuhjN+QswW3/eJ4G5jHsrL2Y687b4d9pTjh0ihBeQ"
    "IoASgfV87jX/ryD+rOWWucHl9SJV1I2UNhesd6O2UpKYHHftd5JKCPj607VNVLa8pxxs95Gg0FF6IiZWerPo2SrUI8ubKKkw5bUq"
    "zkwnvG+Xnln9Ji1U4jtLik8yZMC1q1q/rEhCuR0SRNdqsPz5LhDt/ODE6Z5PzRQZGxCJZJhEPqiExauuuEKAOScIRph3JNVC+BOx"
    "KHNpGiSTG2GqEZDBM3ZFTFafRKS7fEAgSaGZd0G5wcmC1RWeKuw5R488tlt6xlXvxdNIlc8gsJDZaXJ48NH/6RMvb65sjU4tVttb"
    "Ue/4P7dbbqXjBNsl9XeWE4tDBnCfBXOUokQsNXoc2pM6q8bO2iCdK+7lAQaUxYQLIzINB01sfeNtWF7fMToVdZoKAF2uxvQSZDCf"
    "lVEWYBTDY0mLD8z/5lXozp64Q5+VstXyovWpfusuqz/f4MAKnDE6Rp0kX3l/hUr6YcQI/Ru8fAo2Dbev5RvYVNQqCJAHSYc4yNJW"
    "RqN31Gno7HW9o4CZGQSDdbeHUXOC00pJI/NCNArbSuUwUGchkIPRhnN579csgaJbQzqlp1Xc0JchezSG50sCyvpaQt9B0VuI0bIS"
    "SYFGaDe/Lrmse1cyqbWAzMq262FM05iJLzqq1DFFq6E44hxZBGq9tCxjMHOewQH2lWGIvgZznrLooAgnvKbvKgIr1U6iinSWcY3Y"
    "b02PGM0i2zSACh+5rRxQ72hm68UidvLYmqwyGFPWilT4UAFK5afhYwdJWdPnz0dcdY+cogZEImqvjgt9UKdbhGPhhX+UX/iGDH6Y"
    "NJPmdsHBeDMf041L1kzvbn2mef3516XgyjaR0IHohstdcLDnUxK3fhSEiDtIEtywDVK4tlwm6Iv9nwHnmERwu335ER0RbNDNdVo5"
    "5akYkM3lH1fdkfpWYOkgq+8BBvp+ThZWfYMFQqh+2RqlRfiVtopt5JQ/SN0Re3KHEJ7Dy9f6VnAAf3pK4jkRcrQxvKqrl7xruvSP"
    "n0YU8AzSYCHF4SEE4L7ZPwJWxYwp0OFsSj4qIkI2TZGooguZ4KuWRJwwmHKfUJ09JHex9w/dZZ089o+g/2uaSnMgYV5vUEgmuwfw"
    "au3+Lz0rn8KzBFcJkmlbNk0fUEy6bfEjFgPvDudUCzSIiW7uoIm2TvWZImWs4Hxd32hhfSPW6laM2PQjYQiAgsZ99dKSv5WYDNK9"
    "+sqW/YQWk3O2NO15kpLGi+fYnBoL8IWo4WksqDiYFH44zH0gtbapFsmvu3cV79WKQ3sJFuppe0mPWXBo2JSkoGSDZvrIhhvWWYtf"
    "d5TxB6EkH7Alz54iNnKSbVD+Uc/czLb6WW6x7O+zNOU1Q2TEupS1gt8yB3ffAXkzVUWb9qoinySqud8Th6vYRMAqBIypWeRu/KWn"
    "EfaTbUqHd5ERB7+rt/yCKhRH3WDHDLHN+KDoILmJ4esQLTnwsx9O+V6aWzUpf4uPT7KsDPWrfSetgqxs0U14Nk85w0CXOT2+Z1PS"
    "OyrhWeoSdmsI/ngTpK+tdVCpEi5E+kdQyepR8EAGxYXZooc6t8BTtYhcmtMDcjDrDfIDyfcbzkcqKy4ZdtbZYFRbKw13U/wlzwIm"
    "/MJvJbrge1gQH8KX4Nf4ShHyO+E1lEzI+kNuxJA4lvqEAn25eJLgKN3Tb+71MZVztwvF6REAfonLKMU02a8M56l0aZJc597OZFwW"
    "s8QYy0yR/g3tLntRpKhAJHX+RyfUZq/tj7S7OkkPEkJqGJvc9qabpRW7Df3cMSHA/FceYsXJLRxNQKiTl79QA72inxAcJK/XSLX0"
    "OKXZnbBHwcGVWGPL1cVQaY6cdWMzb9SCLBbi8xl5k0v9i8iBssyE1ClLWFnh1tMEfITk6lwetgvfwJUGqbKn3XAVdveWyBt9ieIo"
    "SDO7iUM2DHoNDl+vkgf63sm4SQODY1WCzI9OwkHnSsUAr6Cn5xp9/g0rwAAF9bQ70hSsuAsJhKgjdHY+88HcJa2ue46osbaBqwlO"
    "VN9kkvqUYm8kOU/A43DRRoin8fV5WiK36hxSg8aRqVYQR6fysVRR+VrbTTbGagSfbEGaH55IYRycnL4rMOj6QxEokQpn6dVs5May"
    "YsCzZGaaoUe1d1NUCmhDU3xw1OoQ3fJCVByutdO7KiAIcfepeHJRUAK8cuN/ux8GBP2CNV8BSsuohioNZwj2FIwffpo9KVtH98xk"
    "ZhiFs0Oe/WWVKuXbx0ge1BnJifMs8bnwCDn7f8Wk+/V0KCOfXCvzTN4Io1AUI/uyzuqkbeVko7eovNuk4zEvr1X04fPgQaanT38M"
    "Fz7RKdQvxy/SrKuCfAKzQpHmh1xOxHI2ZMgwW0HkqvYjnjQ3JTkdqQy+Snz8cu2rWtTRl0+X/F7C2yLRD3qlxQfz6W9b0bo6JUs6"
    "RvLYVoHu330DPnYS1r7m1/4h4HBa59KUR8vg7KGRAO/WqZcOt87hm/2APE9VRCapmVMwJG27CW465ydVwU+AahCUZOI9+gdQSWhK"
    "iNNqIcGbeo/X/+ho9OZaqtBpuHOPQxU/eyawVloUeyJt/5g9DsTJZbP2QsRVmnZb6ykH50pP1J0kh9X/JmutS1WWq3iF8u228CWb"
    "CKxZns8I9QG9My2D8yuAUI/66qj6at2dvBb1ldxF+EnCaY6GAjn/aelKPdioI06MEMhnC0cuP3j5y1cDQlip38YqvjMEh31ei1Sl"
    "JccmAnVXPp0HGun0KOhBLncRRBF002n8yqDAth1JPkH+Yp2mp8IiX3H008exMuEJLUnUrtIULMDlFtvCBiJWMdU2YP3SEMSfX198"
    "5C7M5/JeI5XrrW3TSZCctBcUUqPFc20VVl5jdHmOj522zNbX4QVDS2VoeH+NkK3IydbYDQ8YKD5rhYuNsbO5xdrc9vcBEhtUVWd2"
    "gIuPrLO1zdrp6/P8AAAAAAAAAAAAAAAAAAAAAA4cLUA=";

}  // namespace strongroom::ledger::material
