// Six words for comparing an archive id aloud (protocol §2.4). 1,024 words of 3 to 6 letters, no two alike in their
// first four: ten bits a word, sixty in all. The invitation carries the whole id; the words catch the wrong paper.
#include <array>
#include <string_view>

#include "crypto/hash.h"
#include "roster/encoding.h"
#include "roster/roster.h"

namespace strongroom::roster {
namespace {

constexpr std::size_t kWordsSpoken = 6;
constexpr std::size_t kBitsPerWord = 10;

// clang-format off
constexpr std::array<std::string_view, 1024> kWords = {
    "abacus", "abbey", "able", "acorn", "acre", "actor", "acumen", "adapt", "adobe", "adult", "aerial",
    "afford", "agent", "agile", "ahead", "aisle", "alarm", "album", "alcove", "alert", "alley", "almond",
    "aloe", "alpine", "amber", "ample", "amuse", "anchor", "angle", "angora", "ankle", "annual", "antler",
    "anvil", "apple", "april", "apron", "aqua", "arbor", "arcade", "arch", "arena", "argon", "argue", "armor",
    "aroma", "arrow", "artist", "ascend", "ash", "aspen", "asset", "astral", "atlas", "atom", "attic",
    "audit", "august", "aunt", "aura", "author", "autumn", "avenue", "avoid", "awake", "award", "axis",
    "axle", "azure", "bacon", "badge", "bagel", "baker", "ballad", "balsa", "bamboo", "banana", "banjo",
    "banner", "barley", "barn", "barrel", "basil", "basket", "baton", "bayou", "bazaar", "beach", "beard",
    "beaver", "become", "beech", "beetle", "begin", "behave", "bell", "belt", "bench", "berry", "bike",
    "birch", "bison", "black", "blaze", "blend", "bliss", "block", "blue", "blunt", "board", "boat", "bold",
    "bolt", "book", "bowl", "brace", "brass", "bread", "brick", "brief", "broad", "brook", "brown", "brush",
    "bugle", "build", "bunny", "buoy", "buzz", "cabin", "cable", "cafe", "cage", "cake", "calm", "camel",
    "camp", "canal", "canoe", "caper", "cargo", "carve", "cause", "cedar", "chaff", "chain", "chalk", "charm",
    "chef", "chess", "chief", "chin", "chive", "chunk", "cider", "city", "civic", "claim", "clap", "clay",
    "clean", "clerk", "cliff", "climb", "cloak", "clock", "cloth", "cloud", "club", "clump", "coach", "coal",
    "coast", "cobra", "cocoa", "coin", "color", "colt", "comb", "comet", "coral", "couch", "count", "cover",
    "crab", "craft", "crane", "cream", "creek", "crew", "crisp", "crown", "crumb", "crust", "cube", "cuff",
    "curl", "curve", "cycle", "dairy", "daisy", "damp", "dance", "dart", "dash", "data", "date", "dawn",
    "deck", "decoy", "deep", "deer", "delta", "denim", "depth", "derby", "desk", "diary", "diet", "digit",
    "dill", "dip", "dish", "ditto", "dive", "dizzy", "dock", "donor", "door", "dough", "dove", "dozen",
    "draft", "drama", "dream", "dress", "drift", "drill", "drink", "drive", "drum", "dry", "duck", "duet",
    "dune", "dusk", "dust", "duty", "dwarf", "eager", "eagle", "early", "earth", "easel", "east", "easy",
    "echo", "edge", "eight", "elbow", "elder", "elf", "elk", "elm", "ember", "empty", "enjoy", "envoy",
    "epic", "epoch", "equal", "erase", "essay", "even", "evoke", "exact", "exam", "excel", "exile", "exist",
    "extra", "fable", "faint", "fair", "fame", "fancy", "farm", "fauna", "favor", "feast", "fence", "fern",
    "ferry", "fetch", "fever", "fiber", "field", "fifth", "fig", "final", "finch", "fire", "first", "fish",
    "fit", "five", "fjord", "flag", "flame", "flash", "flax", "flint", "float", "flock", "flora", "flour",
    "fluid", "flute", "foam", "focus", "foil", "font", "food", "fork", "forum", "found", "fox", "frame",
    "fresh", "frog", "front", "frost", "fruit", "fudge", "fuel", "full", "fur", "gable", "gain", "game",
    "gate", "gauge", "gear", "gecko", "gem", "giant", "gift", "glad", "glass", "gleam", "glen", "glide",
    "globe", "glory", "glove", "glow", "glue", "gnome", "goal", "goat", "gold", "golf", "good", "goose",
    "gorge", "gourd", "grace", "grain", "grand", "grape", "green", "grid", "grill", "group", "grove", "guard",
    "guava", "guest", "guide", "gulf", "gull", "gum", "guru", "gust", "habit", "haiku", "hail", "half",
    "hall", "hand", "happy", "harp", "hatch", "haven", "hawk", "hazel", "head", "heart", "hedge", "heel",
    "help", "henna", "herb", "heron", "high", "hike", "hill", "hinge", "hint", "hippo", "hive", "hobby",
    "hoist", "hold", "home", "honey", "hood", "hook", "hope", "horse", "hotel", "hour", "house", "hover",
    "human", "humor", "hush", "hymn", "ibis", "icon", "idea", "idle", "idol", "igloo", "image", "inch",
    "index", "ingot", "ink", "inlet", "inner", "input", "iris", "iron", "issue", "item", "ivory", "ivy",
    "jade", "jam", "jaunt", "jazz", "jeans", "jelly", "jewel", "jog", "join", "joke", "jolly", "judge", "jug",
    "juice", "july", "jumbo", "june", "jury", "kale", "kayak", "kazoo", "keel", "keen", "keep", "kelp",
    "kiln", "kilt", "kind", "king", "kiosk", "kit", "kite", "kiwi", "knee", "knife", "knock", "knot", "know",
    "koala", "label", "labor", "lace", "lady", "lake", "lamb", "lamp", "lance", "lapel", "larch", "large",
    "lark", "lasso", "latch", "laugh", "lava", "lawn", "layer", "leaf", "learn", "ledge", "leek", "lemon",
    "lemur", "lend", "lens", "level", "lift", "light", "lilac", "lily", "lime", "linen", "lion", "list",
    "live", "llama", "loaf", "lobby", "local", "lodge", "lofty", "logic", "lone", "loom", "lotus", "loud",
    "love", "loyal", "lucky", "lunar", "lunch", "lupin", "lure", "lush", "lute", "lynx", "lyric", "macaw",
    "magic", "mail", "main", "maize", "major", "mango", "manor", "maple", "marsh", "mason", "mast", "match",
    "mayor", "maze", "meal", "medal", "media", "menu", "merit", "merry", "mesa", "mesh", "metal", "mild",
    "mile", "milk", "mill", "mimic", "minor", "mint", "mist", "mixer", "model", "moist", "month", "moon",
    "moose", "moral", "moss", "motel", "moth", "motor", "mount", "mouse", "movie", "mud", "mule", "mural",
    "music", "myth", "nacho", "nail", "name", "navy", "near", "neat", "neon", "nerve", "nest", "newt",
    "niece", "night", "nine", "noble", "nod", "noise", "nomad", "nook", "noon", "north", "nose", "note",
    "novel", "nurse", "nylon", "oak", "oasis", "oat", "oboe", "ocean", "ochre", "offer", "often", "olive",
    "omen", "once", "onion", "only", "onyx", "opal", "open", "opera", "optic", "orbit", "order", "organ",
    "otter", "ounce", "oval", "oven", "over", "owl", "oxbow", "ozone", "page", "paint", "palm", "panda",
    "panel", "paper", "park", "path", "patio", "pause", "peach", "pear", "pecan", "pedal", "pelt", "peony",
    "perch", "petal", "phone", "photo", "piano", "piece", "pilot", "pine", "pink", "pinto", "pipe", "pitch",
    "pivot", "pixel", "pizza", "place", "plaid", "plate", "plaza", "plot", "plum", "plush", "poem", "poet",
    "point", "polar", "polo", "pond", "pony", "pool", "porch", "pouch", "price", "pride", "prime", "print",
    "prism", "prize", "proof", "proud", "prune", "pulse", "puma", "punch", "pupil", "quail", "quake", "queen",
    "query", "quest", "quick", "quiet", "quill", "quiz", "quota", "radar", "radio", "raft", "rail", "rally",
    "ramp", "ranch", "range", "rapid", "raven", "razor", "reach", "ready", "real", "reed", "reef", "regal",
    "relax", "renew", "reply", "resin", "rhino", "rhyme", "rice", "ridge", "right", "ring", "rise", "river",
    "road", "roast", "robin", "robot", "rodeo", "roof", "room", "root", "rope", "rose", "rough", "round",
    "route", "rover", "royal", "ruby", "rugby", "ruler", "rural", "sable", "sage", "sail", "salad", "salt",
    "sand", "satin", "sauce", "save", "scale", "scarf", "scene", "scout", "seal", "seed", "sense", "seven",
    "shale", "shape", "share", "sheep", "shelf", "shift", "shine", "ship", "shirt", "shore", "shrub", "sight",
    "silk", "siren", "six", "skill", "skin", "skirt", "sky", "slate", "sleep", "slice", "slide", "slim",
    "slope", "slow", "small", "smart", "smile", "smoke", "snack", "snail", "snow", "soap", "sock", "soda",
    "sofa", "soft", "soil", "solar", "solid", "solo", "solve", "sonar", "song", "south", "space", "spade",
    "spark", "speak", "spice", "spoon", "sport", "spray", "squid", "staff", "stamp", "star", "steam", "steel",
    "stem", "step", "stick", "stone", "stool", "story", "stove", "straw", "style", "suede", "sugar", "suit",
    "super", "surf", "sushi", "swan", "swift", "swing", "swirl", "sword", "syrup", "table", "tall", "tame",
    "tango", "tank", "tart", "task", "taste", "taxi", "teak", "team", "teddy", "tenor", "tent", "term",
    "test", "thank", "theme", "third", "thorn", "thumb", "thyme", "tiara", "tide", "tidy", "tiger", "tile",
    "time", "tin", "tiny", "titan", "title", "toast", "today", "token", "tone", "tonic", "tool", "topaz",
    "topic", "torch", "total", "tough", "tour", "towel", "town", "toy", "track", "trade", "trail", "tree",
    "trek", "trend", "trick", "trio", "trout", "truck", "trunk", "trust", "tuba", "tulip", "tulle", "tuna",
    "tutor", "tweed", "twig", "twin", "twist", "ultra", "umber", "uncle", "under", "union", "unit", "until",
    "upper", "upset", "urban", "usher", "usual", "valid", "valve", "vapor", "vase", "vast", "vault", "venue",
    "verb", "verse", "vicar", "video", "view", "vine", "vinyl", "viola", "visa", "visor", "vital", "vivid",
    "vocal", "vogue", "voice", "vote", "vowel", "wafer", "wagon", "waist", "walk", "waltz", "warm", "wasp",
    "watch", "water", "wave", "wax", "weave", "wedge", "west", "whale", "wharf", "wheat", "wheel", "white",
    "whole", "width", "wild", "win", "wire", "wish", "wolf", "wood", "wool", "word", "world", "woven", "wrap",
    "wren", "wrist", "write", "xylem", "yacht", "yak", "yard", "yarn", "year", "yeast", "yes", "yodel",
    "yolk", "young", "youth", "yucca", "zebra", "zero", "zest", "zinc", "zone",
};
// clang-format on

}  // namespace

std::string words_of(const Hash256& hash) {
  const Hash256 digest = crypto::sha256(cbor::labelled("words", BytesView(hash)));
  const auto bits = read_be<std::uint64_t>(BytesView(digest).first(8));
  std::string out;
  for (std::size_t i = 0; i < kWordsSpoken; ++i) {
    if (i > 0) out += ' ';
    out += kWords[(bits >> (64 - kBitsPerWord * (i + 1))) & (kWords.size() - 1)];
  }
  return out;
}

}  // namespace strongroom::roster
