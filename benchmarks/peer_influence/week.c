/* The small task in C: the same loop as in ours.py, with the random function of cocreate_sim.engine.streams. See README.md. */
#include <math.h>
#include <stdint.h>

#define DEGREE 12
static const double DULLNESS = -2.5, BELONGING = 2.0, EXAMPLE = 3.0, PACE = 0.02;
static const uint64_t LOW = 0xFFFFFFFFu, CHOICE = 901;

static inline double uniform(uint64_t seed, uint64_t tick, uint64_t i) {
    uint64_t k0 = seed & LOW, k1 = seed >> 32, c0 = i & LOW, c1 = 0, c2 = tick & LOW, c3 = CHOICE;
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = p1 & LOW;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = p0 & LOW;
        k0 = (k0 + 0x9E3779B9u) & LOW;
        k1 = (k1 + 0xBB67AE85u) & LOW;
    }
    return ((double)(((c0 >> 6) << 26) + (c1 >> 6)) + 0.5) * 0x1p-52;
}

static inline int choose(double u, int64_t i, const int32_t *neighbours, const uint8_t *before, uint8_t *now, double *belonging) {
    double asked = log(u / (1.0 - u)), own = DULLNESS + BELONGING * belonging[i];
    int took = 0;
    if (asked < own + EXAMPLE) { /* else no example is enough */
        if (asked < own) {       /* no example is needed */
            took = 1;
        } else {
            int seen = 0;
            for (int k = 0; k < DEGREE; k++) seen += before[neighbours[i * DEGREE + k]];
            took = asked < own + EXAMPLE * ((double)seen / DEGREE);
        }
    }
    now[i] = (uint8_t)took;
    belonging[i] += PACE * (took - belonging[i]);
    return took;
}

int64_t week(int64_t first, int64_t last, uint64_t seed, int64_t tick, const int32_t *neighbours, const uint8_t *before, uint8_t *now,
             double *belonging) {
    int64_t count = 0;
    for (int64_t i = first; i < last; i++) count += choose(uniform(seed, (uint64_t)tick, (uint64_t)i), i, neighbours, before, now, belonging);
    return count;
}

int64_t given_week(int64_t first, int64_t last, const double *luck, const int32_t *neighbours, const uint8_t *before, uint8_t *now,
                   double *belonging) {
    int64_t count = 0;
    for (int64_t i = first; i < last; i++) count += choose(luck[i], i, neighbours, before, now, belonging);
    return count;
}
