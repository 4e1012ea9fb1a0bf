#include "CAssets.h"

static const uint8_t penguins[] = {
#embed "../../workspace/data/penguins.csv"
};

static const uint8_t licenses[] = {
#embed "licenses/licenses.txt"
};

static const uint8_t plugin_summary_readme_md[] = {
#embed "../../Plugins/summary/README.md"
};

static const uint8_t plugin_summary_main_py[] = {
#embed "../../Plugins/summary/main.py"
};

static const uint8_t plugin_summary_plugin_yaml[] = {
#embed "../../Plugins/summary/plugin.yaml"
};

static const uint8_t plugin_sklearn_readme_md[] = {
#embed "../../Plugins/sklearn/README.md"
};

static const uint8_t plugin_sklearn_main_py[] = {
#embed "../../Plugins/sklearn/main.py"
};

static const uint8_t plugin_sklearn_mlmodel_py[] = {
#embed "../../Plugins/sklearn/mlmodel.py"
};

static const uint8_t plugin_sklearn_plugin_yaml[] = {
#embed "../../Plugins/sklearn/plugin.yaml"
};

static const uint8_t plugin_sklearn_report_py[] = {
#embed "../../Plugins/sklearn/report.py"
};

static const uint8_t plugin_sklearn_requirements_txt[] = {
#embed "../../Plugins/sklearn/requirements.txt"
};

static const uint8_t plugin_sklearn_rpc_py[] = {
#embed "../../Plugins/sklearn/rpc.py"
};

static const uint8_t plugin_sklearn_serving_py[] = {
#embed "../../Plugins/sklearn/serving.py"
};

static const uint8_t plugin_sklearn_tables_py[] = {
#embed "../../Plugins/sklearn/tables.py"
};

static const uint8_t plugin_sklearn_training_py[] = {
#embed "../../Plugins/sklearn/training.py"
};

static const uint8_t sample_penguins_yaml[] = {
#embed "../../workspace/pipelines/penguins.yaml"
};

static const uint8_t sample_islands_yaml[] = {
#embed "../../workspace/pipelines/islands.yaml"
};

static const uint8_t sample_islands_py[] = {
#embed "../../workspace/pipelines/islands.py"
};

static const uint8_t sample_curve_yaml[] = {
#embed "../../workspace/studies/curve.yaml"
};

static const uint8_t sample_curve_py[] = {
#embed "../../workspace/studies/curve.py"
};

static const struct {
    const uint8_t *bytes;
    size_t size;
} assets[] = {
    [BANCADA_ASSET_PENGUINS] = {penguins, sizeof penguins},
    [BANCADA_ASSET_LICENSES] = {licenses, sizeof licenses},
    [BANCADA_ASSET_PLUGIN_SUMMARY_README_MD] = {plugin_summary_readme_md, sizeof plugin_summary_readme_md},
    [BANCADA_ASSET_PLUGIN_SUMMARY_MAIN_PY] = {plugin_summary_main_py, sizeof plugin_summary_main_py},
    [BANCADA_ASSET_PLUGIN_SUMMARY_PLUGIN_YAML] = {plugin_summary_plugin_yaml, sizeof plugin_summary_plugin_yaml},
    [BANCADA_ASSET_PLUGIN_SKLEARN_README_MD] = {plugin_sklearn_readme_md, sizeof plugin_sklearn_readme_md},
    [BANCADA_ASSET_PLUGIN_SKLEARN_MAIN_PY] = {plugin_sklearn_main_py, sizeof plugin_sklearn_main_py},
    [BANCADA_ASSET_PLUGIN_SKLEARN_MLMODEL_PY] = {plugin_sklearn_mlmodel_py, sizeof plugin_sklearn_mlmodel_py},
    [BANCADA_ASSET_PLUGIN_SKLEARN_PLUGIN_YAML] = {plugin_sklearn_plugin_yaml, sizeof plugin_sklearn_plugin_yaml},
    [BANCADA_ASSET_PLUGIN_SKLEARN_REPORT_PY] = {plugin_sklearn_report_py, sizeof plugin_sklearn_report_py},
    [BANCADA_ASSET_PLUGIN_SKLEARN_REQUIREMENTS_TXT] = {plugin_sklearn_requirements_txt, sizeof plugin_sklearn_requirements_txt},
    [BANCADA_ASSET_PLUGIN_SKLEARN_RPC_PY] = {plugin_sklearn_rpc_py, sizeof plugin_sklearn_rpc_py},
    [BANCADA_ASSET_PLUGIN_SKLEARN_SERVING_PY] = {plugin_sklearn_serving_py, sizeof plugin_sklearn_serving_py},
    [BANCADA_ASSET_PLUGIN_SKLEARN_TABLES_PY] = {plugin_sklearn_tables_py, sizeof plugin_sklearn_tables_py},
    [BANCADA_ASSET_PLUGIN_SKLEARN_TRAINING_PY] = {plugin_sklearn_training_py, sizeof plugin_sklearn_training_py},
    [BANCADA_ASSET_SAMPLE_PENGUINS_YAML] = {sample_penguins_yaml, sizeof sample_penguins_yaml},
    [BANCADA_ASSET_SAMPLE_ISLANDS_YAML] = {sample_islands_yaml, sizeof sample_islands_yaml},
    [BANCADA_ASSET_SAMPLE_ISLANDS_PY] = {sample_islands_py, sizeof sample_islands_py},
    [BANCADA_ASSET_SAMPLE_CURVE_YAML] = {sample_curve_yaml, sizeof sample_curve_yaml},
    [BANCADA_ASSET_SAMPLE_CURVE_PY] = {sample_curve_py, sizeof sample_curve_py},
};

static const size_t asset_count = sizeof assets / sizeof assets[0];

size_t bancada_asset_size(int32_t asset) {
    return asset >= 0 && (size_t)asset < asset_count ? assets[asset].size : 0;
}

uint8_t bancada_asset_byte(int32_t asset, size_t offset) {
    return offset < bancada_asset_size(asset) ? assets[asset].bytes[offset] : 0;
}
