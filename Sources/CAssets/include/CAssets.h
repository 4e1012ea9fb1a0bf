// Files that travel inside the executable.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The embedded files, in the order of the table in assets.c.
enum bancada_asset {
    BANCADA_ASSET_PENGUINS = 0,
    BANCADA_ASSET_LICENSES = 1,
    BANCADA_ASSET_PLUGIN_SUMMARY_README_MD = 2,
    BANCADA_ASSET_PLUGIN_SUMMARY_MAIN_PY = 3,
    BANCADA_ASSET_PLUGIN_SUMMARY_PLUGIN_YAML = 4,
    BANCADA_ASSET_PLUGIN_SKLEARN_README_MD = 5,
    BANCADA_ASSET_PLUGIN_SKLEARN_MAIN_PY = 6,
    BANCADA_ASSET_PLUGIN_SKLEARN_MLMODEL_PY = 7,
    BANCADA_ASSET_PLUGIN_SKLEARN_PLUGIN_YAML = 8,
    BANCADA_ASSET_PLUGIN_SKLEARN_REPORT_PY = 9,
    BANCADA_ASSET_PLUGIN_SKLEARN_REQUIREMENTS_TXT = 10,
    BANCADA_ASSET_PLUGIN_SKLEARN_RPC_PY = 11,
    BANCADA_ASSET_PLUGIN_SKLEARN_SERVING_PY = 12,
    BANCADA_ASSET_PLUGIN_SKLEARN_TABLES_PY = 13,
    BANCADA_ASSET_PLUGIN_SKLEARN_TRAINING_PY = 14,
    BANCADA_ASSET_SAMPLE_PENGUINS_YAML = 15,
    BANCADA_ASSET_SAMPLE_ISLANDS_YAML = 16,
    BANCADA_ASSET_SAMPLE_ISLANDS_PY = 17,
    BANCADA_ASSET_SAMPLE_CURVE_YAML = 18,
    BANCADA_ASSET_SAMPLE_CURVE_PY = 19,
};

/// Bytes of an embedded file; 0 for an unknown one.
size_t bancada_asset_size(int32_t asset);

/// One byte of an embedded file; 0 beyond its end. By the byte, so that Swift needs no pointer.
uint8_t bancada_asset_byte(int32_t asset, size_t offset);
