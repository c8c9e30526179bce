/* A small archive in which everything that may go wrong at once does: the protocol's acts as steps of one state
 * machine, two folders, three trustees of whom two must act together, and a server, a reader and an officer that are
 * not to be trusted. docs/model.md says what is here and what is not; model/check.sh explores every state, then takes
 * away one guard after the other (-DWITHOUT_name) and expects the promise to break that its table names.
 *
 *   trustee 0   honest, always there
 *   trustee 1   honest, and crashes: loses its session, may be away for long, may leave a rescue half done
 *   trustee 2   lies: gives its shares to anybody, signs whatever helps, or says nothing
 *   server      keeps or forgets what no witness has seen, hides entries of chains, offers keys of its own
 *   reader      wants more than it asked for; officer: wants a held folder gone
 *
 * Acts that exist carry the names of the code (take_... is a rule of RegisterState, check_... one of src/grant).
 * Holds, rescue and destruction are not in the code yet: they carry the names of protocol §6.
 */

#define N 3
#define K 2
#define BIT(t) (1 << (t))
#define COUNT(mask) (((mask) & 1) + (((mask) >> 1) & 1) + (((mask) >> 2) & 1))
#define F0 1
#define F1 2
#define BOTH 3
#define HONEST 3 /* trustees 0 and 1, as a mask */
#define LIAR 4
#define INVITED 1
#define CONFIRMED 2
#define COUNTERSIGNED 4
#define ENROLLED 8

/* ---- the promises -------------------------------------------------------------------------------------------- */
#define READING 1    /* no reading without a witnessed, approved request for that folder, nor against a stop order */
#define ENROLMENT 2  /* no folder of a device that two people did not let in */
#define OPENING 4    /* what a reader's program opens is the folder it asked for */
#define KEPT 8       /* no held folder lost: whoever is honest can still open its share; nothing destroyed unordered */
#define DISPOSED 16  /* a disposed folder needs k keepers who broke their signed word */
#define PROGRESS 32  /* no deadlock: what was granted is read, what was ordered is disposed of */
#ifndef CHECKED
#define CHECKED 63
#endif
#define promise(which, what) assert(((which) & CHECKED) == 0 || (what))

/* ---- the guards ---------------------------------------------------------------------------------------------- */
#ifdef WITHOUT_invitation
#define guard_invitation true
#else
#define guard_invitation (enrolment & INVITED)
#endif
#ifdef WITHOUT_countersigner
#define guard_countersigner true
#else
#define guard_countersigner (enrolment & COUNTERSIGNED)
#endif
#ifdef WITHOUT_enrolled
#define guard_enrolled true
#else
#define guard_enrolled false /* the impostor is not */
#endif
#ifdef WITHOUT_lot_keys_witnessed
#define guard_lot_keys(genuine) true
#else
#define guard_lot_keys(genuine) (genuine)
#endif
#ifdef WITHOUT_request_witnessed
#define guard_request (request >= 1)
#else
#define guard_request (request == 2)
#endif
#ifdef WITHOUT_approval
#define guard_approval true
#else
#define guard_approval (approved != 0)
#endif
#ifdef WITHOUT_approver_is_not_the_reader
#define guard_another true
#else
#define guard_another false /* the approver of its own request is not another */
#endif
#ifdef WITHOUT_fresh
#define guard_fresh(t) true
#else
#define guard_fresh(t) (session[t] == 2)
#endif
#ifdef WITHOUT_copies_agree
#define guard_copies true
#else
#define guard_copies (copy != 2)
#endif
#ifdef WITHOUT_list_in_predicate
#define guard_list true
#else
#define guard_list (copy != 1)
#endif
#ifdef WITHOUT_folder_key
#define guard_folder_key true
#else
#define guard_folder_key false /* a wrong share does not give the key in the header */
#endif
#ifdef WITHOUT_lists_derived
#define told_held (order_hides -> 0 : held)
#define heeded(list) (list)
#else
#define told_held held
#define heeded(list) 0 /* nobody looks at the list of the order, so the state need not keep it */
#endif
#ifdef WITHOUT_gap_blocks
#define guard_gap true
#else
#define guard_gap (gap != 1)
#endif
#ifdef WITHOUT_manifest_witnessed
#define manifests (manifested | posted)
#else
#define manifests manifested
#endif
#ifdef WITHOUT_all_manifests
#define guard_all true
#else
#define guard_all ((covering | excused) == 7)
#endif
#ifdef WITHOUT_at_least_k
#define guard_at_least_k true
#else
#define guard_at_least_k (COUNT(covering) >= K)
#endif
#ifdef WITHOUT_newer_hold
#define covers_held(t, wanted) true
#else
#define covers_held(t, wanted) ((covers[t] & (wanted)) == (wanted))
#endif
#ifdef WITHOUT_own_manifest
#define guard_own_manifest(t) true
#else
#define guard_own_manifest(t) ((manifests & BIT(t)) && covers_held(t, to_rescue))
#endif
#ifdef WITHOUT_canary
#define guard_canary(t) true
#else
#ifdef WITHOUT_canary_of_each
/* The canary opens from k rescued shares, whosever they are. */
#define guard_canary(t)                                                                           \
  (((manifested & 1) -> 1 : 0) + ((manifested & 2) && !damaged -> 1 : 0) + ((manifested & 4) -> 1 : 0) >= K)
#else
#define guard_canary(t) ((t) != 1 || !damaged)
#endif
#endif
#ifdef WITHOUT_order
#define guard_order true
#else
#define guard_order order
#endif
#ifdef WITHOUT_delay
#define guard_delay true
#else
#define guard_delay delay_over
#endif
#ifdef WITHOUT_excuse_by_k
#define guard_excuse_by_k true
#else
#define guard_excuse_by_k false /* the liar is one */
#endif
#ifdef WITHOUT_lift_by_k
#define guard_lift_by_k true
#else
#define guard_lift_by_k false /* the liar is one */
#endif
#ifdef WITHOUT_too_late
#define guard_too_late true
#else
#define guard_too_late (!begun)
#endif
#ifdef WITHOUT_exact_rescue
#define rescued(wanted) BOTH
#else
#define rescued(wanted) (wanted)
#endif
#ifdef WITHOUT_destroyed_first
#define guard_destroyed(t) true
#else
#define guard_destroyed(t) (!(seeds & BIT(t)))
#endif
#ifdef WITHOUT_hold_key_destroyed
#define guard_hold_keys(t) true
#else
#define guard_hold_keys(t) ((covers[t] & lifted) == 0)
#endif
#ifdef WITHOUT_enough_statements
#define guard_statements (stated != 0)
#else
#define guard_statements (N - COUNT(stated) <= K - 1)
#endif
#ifdef WITHOUT_generation_key
#define guard_generation(t) true
#else
#define guard_generation(t) (seeds & BIT(t)) /* a backup opens only while the key of its generation exists */
#endif
/* Not guards but ways out; without them something waits for ever. */
#ifdef WITHOUT_excuse
#define way_excuse false
#else
#define way_excuse true
#endif
#ifdef WITHOUT_phase_1_again
#define way_again(t) (!(manifested & BIT(t)))
#else
#define way_again(t) true
#endif
#ifdef WITHOUT_gap_accepted
#define way_gap false
#else
#define way_gap true
#endif

/* ---- the state ----------------------------------------------------------------------------------------------- */
unsigned enrolment : 4; /* INVITED, CONFIRMED by the officer, COUNTERSIGNED, ENROLLED in the register */
bit forged;             /* an impostor's folder was taken in */
bit lot_keys;           /* every position's key of the lot is a witnessed leaf */
unsigned sealed : 2;    /* folders in the capture ledger */
unsigned lost_to_server : 2; /* folders dealt to keys that the server made */

unsigned request : 2;  /* 1 the server has it, 2 the witnesses saw it; its predicate is folder 0 alone */
unsigned copy : 2;     /* what trustees were sent: 0 as committed, 1 a list wider than the predicate, 2 another text */
unsigned approved : 2; /* 1 by an approver, 2 by the reader itself */
bit stop_order;
byte session[2]; /* of an honest trustee: 1 its nonce is in the register, 2 and it has replayed up to there */
bit sees_stop[2];
bit stop_before[2];      /* the stop order stood in the register when the session began */
byte granted[2]; /* folders whose share this trustee sealed to the reader's key */
unsigned liar_grant : 2; /* 1 its share, 2 garbage */
unsigned opened : 2;     /* by the reader's program: 1 the folder, 2 something else */

unsigned held : 2;      /* folders under a hold, by the register */
unsigned was_held : 2;
unsigned must_keep : 2; /* (kept by the model) whose hold came in time and was not lifted by k */
bit order;
bit order_hides;       /* its list leaves out the held folders */
unsigned gap : 2;      /* 1 the server hides folder 1: a gap in the chain; 2 k trustees accepted that gap by name */
bit delay_over;
unsigned posted : 3, manifested : 3; /* rescue manifests: at the server, and witnessed */
byte covers[2];          /* folders whose shares the latest manifest of this position rescues */
bit damaged;             /* trustee 1 crashed in its rescue: what it sealed does not open */
unsigned excused : 3, excused_by_k : 3;
bit begun;               /* a leaf "destruction begins" stands in the register: from here a hold is too late */
bit begun_rightly;       /* (kept by the model) the conditions held */
unsigned held_at_begin : 2;
unsigned seeds : 3;      /* positions that still have the lot's seed */
unsigned stated : 3;     /* signed: my seed is destroyed */
bit disposed;            /* the certificate */

bit away; /* trustee 1 is down */
bit calm; /* from here on nobody crashes, lies, forgets or changes his mind */

#define THERE(t) ((t) == 0 || !away)
#define seen_held (told_held & (gap != 0 -> F0 : BOTH))
#define to_rescue (begun -> (held_at_begin & held) : seen_held)
#define lifted (was_held & (BOTH - held))
#define covering                                                                                  \
  (((manifests & 1) && covers_held(0, seen_held) -> 1 : 0) |                                      \
   ((manifests & 2) && covers_held(1, seen_held) -> 2 : 0) |                                      \
   (manifests & 4))
/* The same without any guard's switch: what protocol §6.2 asks for. */
#define KNOWN_HELD (held & (gap == 2 -> F0 : BOTH))
#define COVERS(t) ((manifested & BIT(t)) && (covers[t] & KNOWN_HELD) == KNOWN_HELD)
#define COVERING ((COVERS(0) -> 1 : 0) | (COVERS(1) -> 2 : 0) | (manifested & LIAR))
#define rightly                                                                                   \
  (order && delay_over && gap != 1 && (COVERING | excused_by_k) == 7 && COUNT(COVERING) >= K)

/* Trustee t can open its share of folder f: by the lot's seed, or by what it rescued to the hold's key. */
#define KEEPS(t, f)                                                                               \
  ((seeds & BIT(t)) || ((manifested & BIT(t)) && (covers[t] & (f)) && ((t) != 1 || !damaged)))
#define KEPT_BY_HONEST(f) (!(must_keep & (f)) || (KEEPS(0, f) && KEEPS(1, f)))
#define promise_kept promise(KEPT, KEPT_BY_HONEST(F0) && (gap == 2 || KEPT_BY_HONEST(F1)))
#define GONE(t, f) (!(stated & BIT(t)) || (held_at_begin & (f)) || !KEEPS(t, f))
#define promise_disposed                                                                          \
  promise(DISPOSED, !disposed || (N - COUNT(stated) <= K - 1 && GONE(0, F0) && GONE(0, F1) &&     \
                                  GONE(1, F0) && GONE(1, F1)))

/* ---- enrol (§2.6) -------------------------------------------------------------------------------------------- */
inline take_invitation() { d_step { !(enrolment & INVITED) -> enrolment = enrolment | INVITED } }
inline device_confirm(whom) { d_step { !(enrolment & (whom)) -> enrolment = enrolment | (whom) } }
inline take_enrolment() {
  d_step {
    !(enrolment & ENROLLED) && (enrolment & CONFIRMED) && guard_invitation && guard_countersigner ->
    promise(ENROLMENT, (enrolment & INVITED) && (enrolment & COUNTERSIGNED));
    enrolment = 15
  }
}
inline publish_lot_keys() { d_step { !lot_keys -> lot_keys = 1 } }

/* ---- seal (§3) ----------------------------------------------------------------------------------------------- */
inline folder_open(f, genuine) {
  d_step {
    (enrolment & ENROLLED) && !(sealed & (f)) && (!genuine || lot_keys) && guard_lot_keys(genuine) ->
    sealed = sealed | (f);
    if
    :: genuine
    :: else -> lost_to_server = lost_to_server | (f)
    fi
  }
}
inline intake_of_impostor() {
  d_step {
    !calm && !forged && guard_enrolled ->
    forged = 1;
    promise(ENROLMENT, false)
  }
}
inline server_opens() {
  d_step {
    lost_to_server != 0 ->
    promise(READING, request == 2 && (approved & 1) && lost_to_server == F0)
  }
}

/* ---- request, approve (§5.1, §5.2) --------------------------------------------------------------------------- */
inline post_request(sent) {
  d_step {
    (sealed & F0) && request == 0 && !(calm && (sent) != 0) ->
    request = 1;
    copy = sent
  }
}
inline server_forgets_request() { d_step { !calm && request == 1 -> request = 0; copy = 0; approved = 0 } }
inline witness_request() { d_step { request == 1 -> request = 2 } }
inline take_approval() { d_step { request >= 1 && !(approved & 1) -> approved = approved | 1 } }
inline take_approval_of_reader() {
  d_step {
    !calm && request >= 1 && approved == 0 && guard_another ->
    approved = 2
  }
}
inline take_stop_order() { d_step { !calm && request == 2 && !stop_order -> stop_order = 1 } }

/* ---- grant (§5.3, §5.4) -------------------------------------------------------------------------------------- */
inline take_nonce(t) {
  d_step {
    THERE(t) && session[t] == 0 && granted[t] == 0 && request != 0 ->
    session[t] = 1;
    stop_before[t] = stop_order
  }
}
inline replay(t) { d_step { THERE(t) && session[t] == 1 -> session[t] = 2; sees_stop[t] = stop_order } }
/* check_request, then reseal. The liar gives its share to anybody, so one honest share more is a reading. */
inline check_request(t) {
  d_step {
    THERE(t) && session[t] != 0 && guard_fresh(t) && !sees_stop[t] && guard_request && guard_approval &&
        guard_copies && guard_list && KEEPS(t, F0) && granted[t] == 0 ->
    granted[t] = (copy == 0 -> F0 : BOTH);
    promise(READING, request == 2 && (approved & 1) && granted[t] == F0 && !stop_before[t]);
    session[t] = 0;
    sees_stop[t] = 0;
    stop_before[t] = 0
  }
}
/* The same in one step, where only keeping and disposing are looked at closely. */
inline grant_at_once(t) {
  d_step {
    THERE(t) && request == 2 && (approved & 1) && KEEPS(t, F0) && granted[t] == 0 ->
    granted[t] = F0
  }
}
inline liar_grants(what) { d_step { !calm && request == 2 && liar_grant == 0 -> liar_grant = what } }
/* OpenedFolder::combine: any two of the shares at hand; pk_f is rebuilt and compared. */
inline combine_good() {
  d_step {
    opened == 0 &&
        (((granted[0] & F0) -> 1 : 0) + ((granted[1] & F0) -> 1 : 0) + (liar_grant == 1 -> 1 : 0)) >= K ->
    opened = 1
  }
}
inline combine_with_garbage() {
  d_step {
    opened == 0 && liar_grant == 2 && ((granted[0] | granted[1]) & F0) && guard_folder_key ->
    opened = 2;
    promise(OPENING, false)
  }
}

/* ---- hold (§6.1) --------------------------------------------------------------------------------------------- */
inline hold(f) {
  d_step {
    !calm && (sealed & (f)) && !(was_held & (f)) ->
    was_held = was_held | (f);
    if
    :: guard_too_late -> held = held | (f); must_keep = must_keep | (f)
    :: else ->
      if
      :: begun_rightly
      :: else -> must_keep = must_keep | (f) /* refused as too late, and was not */
      fi
    fi;
    promise_kept
  }
}
inline lift(f) {
  d_step {
    !calm && (held & (f)) && THERE(1) ->
    held = held & (BOTH - (f));
    must_keep = must_keep & (BOTH - (f))
  }
}
/* A hold has a lot of its own: its keys are destroyed when it is lifted, and what was rescued to them is gone. */
inline destroy_hold_key(t) {
  d_step {
    THERE(t) && !(posted & BIT(t)) && (covers[t] & lifted) ->
    covers[t] = covers[t] & (BOTH - lifted);
    promise_kept
  }
}
inline liar_lifts(f) { d_step { !calm && (held & (f)) && guard_lift_by_k -> held = held & (BOTH - (f)) } }

/* ---- rescue: phase 1 (§6.2) ---------------------------------------------------------------------------------- */
inline disposal_order(hides, hiding) {
  d_step {
    !order && sealed == BOTH && !(calm && ((hides) || (hiding))) ->
    order = 1;
    order_hides = heeded(hides);
    gap = hiding
  }
}
inline delay_ends() { d_step { guard_order && !delay_over -> delay_over = 1 } }
inline server_shows() { d_step { !calm && gap == 1 && !begun -> gap = 0 } }
inline gap_accepted_by_k() { d_step { gap == 1 && THERE(1) && way_gap -> gap = 2 } }
inline manifest(t) {
  d_step {
    guard_order && THERE(t) && guard_gap && !(posted & BIT(t)) && (seeds & BIT(t)) &&
        (!(manifested & BIT(t)) || !covers_held(t, to_rescue)) && way_again(t) ->
    posted = posted | BIT(t);
    manifested = manifested & (7 - BIT(t));
    covers[t] = rescued(to_rescue)
  }
}
/* Trustee 1 crashes in its rescue and goes on with what was half written. */
inline manifest_torn() {
  d_step {
    !calm && guard_order && !away && guard_gap && !(posted & 2) && (seeds & 2) && !(manifested & 2) &&
        to_rescue != 0 ->
    posted = posted | 2;
    covers[1] = rescued(to_rescue);
    damaged = 1
  }
}
inline witness_manifest(t) {
  d_step {
    (posted & BIT(t)) ->
    posted = posted & (7 - BIT(t));
    manifested = manifested | BIT(t)
  }
}
inline server_forgets_manifest(t) {
  d_step { !calm && (posted & BIT(t)) -> posted = posted & (7 - BIT(t)); covers[t] = 0; promise_kept }
}
/* Of whatever is wanted; no share of it opens. */
inline liar_manifest() {
  d_step {
    !calm && guard_order && !(manifested & LIAR) ->
    manifested = manifested | LIAR
  }
}
inline excuse_1() {
  d_step {
    !calm && guard_order && delay_over && away && !(excused & 2) && way_excuse ->
    excused = excused | 2;
    excused_by_k = excused_by_k | 2
  }
}
inline excuse_2() {
  d_step {
    guard_order && delay_over && THERE(1) && !(excused & LIAR) && way_excuse ->
    excused = excused | LIAR;
    excused_by_k = excused_by_k | LIAR
  }
}
inline liar_excuses(t) {
  d_step {
    !calm && guard_order && !(excused & BIT(t)) && guard_excuse_by_k ->
    excused = excused | BIT(t)
  }
}
/* Each position opens the canary from what it rescued itself; one that does not open is rescued again. */
inline canary_fails() {
  d_step {
    THERE(1) && damaged && (manifested & 2) && (seeds & 2) ->
    manifested = manifested & 5;
    covers[1] = 0;
    damaged = 0
  }
}

/* ---- destroy: phase 2 (§6.2, §6.3) --------------------------------------------------------------------------- */
inline destruction_begins() {
  d_step {
    !begun && sealed == BOTH && guard_order && guard_delay && guard_gap && guard_all && guard_at_least_k ->
    begun_rightly = rightly;
    held_at_begin = seen_held;
    begun = 1
  }
}
inline destroy(t) {
  d_step {
    begun && THERE(t) && (seeds & BIT(t)) && guard_own_manifest(t) && guard_canary(t) ->
    seeds = seeds & (7 - BIT(t));
    promise(KEPT, order);
    promise_kept
  }
}
inline destroyed(t) {
  d_step {
    begun && THERE(t) && !(stated & BIT(t)) && guard_destroyed(t) && guard_hold_keys(t) ->
    stated = stated | BIT(t)
  }
}
inline liar_destroyed() { d_step { !calm && begun && !(stated & LIAR) -> stated = stated | LIAR } }
inline certificate() { d_step { begun && !disposed && guard_statements -> disposed = 1; promise_disposed } }
inline restore_backup(t) {
  d_step {
    !calm && disposed && guard_generation(t) && !(seeds & BIT(t)) ->
    seeds = seeds | BIT(t);
    promise_disposed
  }
}

/* ---- what goes wrong by itself ------------------------------------------------------------------------------- */
inline crash() { d_step { !calm && !away -> away = 1; session[1] = 0; sees_stop[1] = 0; stop_before[1] = 0 } }
inline restart() { d_step { away -> away = 0 } }
inline calm_down() { d_step { !calm -> calm = 1 } }

#define READ_OR_STOPPED (request == 2 && (approved & 1) && (opened == 1 || stop_order || copy != 0))
#define READ_OR_DISPOSED (opened == 1 || (begun && !(must_keep & F0)))
#ifdef READING_RUN
#define FINISHED ((enrolment & ENROLLED) && READ_OR_STOPPED)
#else
#define FINISHED ((enrolment & ENROLLED) && READ_OR_DISPOSED && order && disposed)
#endif

init {
  seeds = 7;
  do
  :: take_invitation()
  :: device_confirm(CONFIRMED)
  :: device_confirm(COUNTERSIGNED)
  :: take_enrolment()
  :: publish_lot_keys()
  :: folder_open(F0, true)
  :: folder_open(F1, true)
  :: folder_open(F0, false)
  :: folder_open(F1, false)
  :: intake_of_impostor()
  :: server_opens()

#ifdef READING_RUN
  :: post_request(0)
  :: post_request(1)
  :: post_request(2)
  :: server_forgets_request()
  :: witness_request()
  :: take_approval()
  :: take_approval_of_reader()
  :: take_stop_order()
  :: take_nonce(0)
  :: take_nonce(1)
  :: replay(0)
  :: replay(1)
  :: check_request(0)
  :: check_request(1)
  :: liar_grants(1)
  :: liar_grants(2)
  :: combine_good()
  :: combine_with_garbage()

#else
  :: post_request(0)
  :: witness_request()
  :: take_approval()
  :: grant_at_once(0)
  :: grant_at_once(1)
  :: combine_good()

  :: hold(F0)
  :: hold(F1)
  :: lift(F0)
  :: lift(F1)
  :: liar_lifts(F0)
  :: liar_lifts(F1)
  :: destroy_hold_key(0)
  :: destroy_hold_key(1)
  :: disposal_order(0, 0)
  :: disposal_order(0, 1)
  :: disposal_order(1, 0)
  :: disposal_order(1, 1)
  :: delay_ends()
  :: server_shows()
  :: gap_accepted_by_k()
  :: manifest(0)
  :: manifest(1)
  :: manifest_torn()
  :: witness_manifest(0)
  :: witness_manifest(1)
  :: server_forgets_manifest(0)
  :: server_forgets_manifest(1)
  :: liar_manifest()
  :: excuse_1()
  :: excuse_2()
  :: liar_excuses(0)
  :: liar_excuses(1)
  :: canary_fails()
  :: destruction_begins()
  :: destroy(0)
  :: destroy(1)
  :: destroyed(0)
  :: destroyed(1)
  :: liar_destroyed()
  :: certificate()
  :: restore_backup(0)
  :: restore_backup(1)

#endif
  :: crash()
  :: restart()
  :: calm_down()
  :: else -> promise(PROGRESS, FINISHED); break
  od
}
