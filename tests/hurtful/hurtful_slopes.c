/* Time and memory that each shape of hurtful mail costs at sizes 2^k, and how the time grows: the
 * slope on a log-log line, up to the size that took most. Fails when a shape passes a bound in each
 * of several turns.
 *
 *     hurtful_slopes [--least OCTETS] [--most OCTETS] [--slope N] [--cpu-ms N] [PATTERN]...
 *
 * PATTERN: "header/many fields" and so on, with the wildcards of the shell. */
#include <fnmatch.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hurtful/measure.h"
#include "tests/hurtful/shape.h"

enum {
    SIZES_MOST = 16,
    TURNS = 6, /* at most: as many as it takes while others use the processors */
    MESSAGE_MOST = 1 << 28,
    NOISE_US = 20000, /* some kernels count in ticks of 4 ms */
    POINTS_LEAST = 4,
    MEMORY_KB = 256 << 10 /* with the message */
};

struct point {
    double size, cpu_us;
};

struct row {
    struct point points[SIZES_MOST];
    size_t count;
    double slope; /* 0: too few points above the noise */
    uint64_t memory_kb;
    struct measure largest;
};

struct options {
    size_t least, most;
    double slope, cpu_us;
    char **patterns;
};

static const struct {
    const char *name;
    const struct shape *shapes;
} groups[] = {{"header", shapes_header}, {"name", shapes_name}, {"structure", shapes_structure},
              {"body", shapes_body},     {"html", shapes_html}, {"archive", shapes_archive}};

static struct options options = {1 << 16, 25 << 20, 1.15, 2e6, NULL};
static struct opened_engines opened;

/* The place of the point that took most time: behind it a limit cuts short. */
static size_t slowest(const struct row *row)
{
    size_t most = 0;

    for (size_t i = 1; i < row->count; i++)
        most = row->points[i].cpu_us > row->points[most].cpu_us ? i : most;
    return most;
}

/* Least squares through the points above the noise up to the slowest one. */
static double slope_of(const struct row *row)
{
    double x_sum = 0, y_sum = 0, xx_sum = 0, xy_sum = 0, count = 0;

    for (size_t i = 0; i <= slowest(row); i++) {
        double x = log(row->points[i].size), y = log(row->points[i].cpu_us);

        if (row->points[i].cpu_us < NOISE_US)
            continue;
        count++;
        x_sum += x;
        y_sum += y;
        xx_sum += x * x;
        xy_sum += x * y;
    }
    if (count < POINTS_LEAST)
        return 0;
    return (count * xy_sum - x_sum * y_sum) / (count * xx_sum - x_sum * x_sum);
}

/* Keeps the least time of all turns for each size. */
static void add_point(struct row *row, const struct measure *result, size_t size, size_t octets)
{
    struct point *point = &row->points[size];

    if (size == row->count)
        row->points[row->count++] = (struct point){(double)octets, 1e12};
    if ((double)result->cpu_us < point->cpu_us)
        point->cpu_us = (double)result->cpu_us;
    if (result->memory_kb + (octets >> 10) > row->memory_kb)
        row->memory_kb = result->memory_kb + (octets >> 10);
    row->largest = *result;
}

static void measure_sizes(const struct shape *shape, struct row *row)
{
    size_t last = 0, size = options.least, place = 0;

    while (place < SIZES_MOST && row->largest.fault[0] == '\0') {
        struct measure result;
        struct buffer message;

        buffer_init(&message, MESSAGE_MOST);
        shape_make(shape, size, &message);
        if (message.size != last) {
            measure(&opened, buffer_bytes(&message), &result);
            add_point(row, &result, place++, message.size);
        }
        last = message.size;
        buffer_clear(&message);
        if (size >= options.most)
            break;
        size = size * 2 < options.most ? size * 2 : options.most;
    }
    row->slope = slope_of(row);
}

/* What bound is passed, or NULL. */
static const char *fault_of(const struct row *row)
{
    if (row->largest.fault[0] != '\0')
        return row->largest.fault;
    if (row->slope > options.slope)
        return "grows too fast";
    if (row->points[slowest(row)].cpu_us > options.cpu_us)
        return "takes too long";
    return row->memory_kb > MEMORY_KB ? "takes too much memory" : NULL;
}

static bool is_wanted(const char *name)
{
    bool is_one = options.patterns[0] == NULL;

    for (char **pattern = options.patterns; *pattern != NULL; pattern++)
        is_one |= fnmatch(*pattern, name, 0) == 0;
    return is_one;
}

/* Whether the shape keeps within the bounds. */
static bool check_shape(const char *name, const struct shape *shape)
{
    struct row row = {0};
    const char *fault = "";

    for (int i = 0; i < TURNS && fault != NULL; i++) {
        measure_sizes(shape, &row);
        fault = fault_of(&row);
    }
    printf("%-52s %8.1f %7.2f %6.2f %5llu  %s%s%s\n", name, row.points[slowest(&row)].cpu_us / 1000,
           row.points[slowest(&row)].size / (1 << 20), row.slope,
           (unsigned long long)row.memory_kb >> 10, row.largest.says, fault != NULL ? " <-- " : "",
           fault != NULL ? fault : "");
    return fault == NULL;
}

static void read_options(int count, char **arguments)
{
    static const struct option rows[] = {{"least", required_argument, NULL, 'l'},
                                         {"most", required_argument, NULL, 'm'},
                                         {"slope", required_argument, NULL, 's'},
                                         {"cpu-ms", required_argument, NULL, 'c'},
                                         {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(count, arguments, "", rows, NULL)) != -1) {
        if (option == 'l')
            options.least = strtoul(optarg, NULL, 10);
        else if (option == 'm')
            options.most = strtoul(optarg, NULL, 10);
        else if (option == 's')
            options.slope = strtod(optarg, NULL);
        else if (option == 'c')
            options.cpu_us = 1000 * strtod(optarg, NULL);
        else
            exit(64);
    }
    options.patterns = arguments + optind;
}

int main(int count, char **arguments)
{
    static const char *const sets[] = {"engines.clamav.enabled=no",
                                       "engines.attachment.enabled=yes"};
    unsigned shapes = 0, faults = 0;
    char name[128];

    read_options(count, arguments);
    message_warm_up();
    engines_open(&opened, sets, 2);
    printf("%-52s %8s %7s %6s %5s  %s\n", "shape", "CPU ms", "at MiB", "slope", "MiB", "findings");
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        for (const struct shape *shape = groups[i].shapes; shape->name != NULL; shape++) {
            snprintf(name, sizeof name, "%s/%s", groups[i].name, shape->name);
            if (!is_wanted(name))
                continue;
            shapes++;
            faults += !check_shape(name, shape);
        }
    }
    engines_close(&opened);
    printf("%u shapes, %u faults\n", shapes, faults);
    return faults > 0 || shapes == 0;
}
