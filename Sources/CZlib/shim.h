// Inflate, for CSV files that end in .gz.
#pragma once
#include <zlib.h>
