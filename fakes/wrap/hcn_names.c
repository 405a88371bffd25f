/* computenetwork.h, and for routes hcsshim's imports. */
#include "fakes/wrap/hcn_names.h"

struct hcn_names {
    const char *object;
    const char *objects;
    const char *functions[WRAP_HCN_CLOSE + 1];
};

static const struct hcn_names names[] = {
    [PLAT_HCN_NETWORK] = {"Network",
                          "Networks",
                          {[WRAP_HCN_ENUMERATE] = "HcnEnumerateNetworks",
                           [WRAP_HCN_CREATE] = "HcnCreateNetwork",
                           [WRAP_HCN_OPEN] = "HcnOpenNetwork",
                           [WRAP_HCN_MODIFY] = "HcnModifyNetwork",
                           [WRAP_HCN_QUERY] = "HcnQueryNetworkProperties",
                           [WRAP_HCN_DELETE] = "HcnDeleteNetwork",
                           [WRAP_HCN_CLOSE] = "HcnCloseNetwork"}},
    [PLAT_HCN_ENDPOINT] = {"Endpoint",
                           "Endpoints",
                           {[WRAP_HCN_ENUMERATE] = "HcnEnumerateEndpoints",
                            [WRAP_HCN_CREATE] = "HcnCreateEndpoint",
                            [WRAP_HCN_OPEN] = "HcnOpenEndpoint",
                            [WRAP_HCN_MODIFY] = "HcnModifyEndpoint",
                            [WRAP_HCN_QUERY] = "HcnQueryEndpointProperties",
                            [WRAP_HCN_DELETE] = "HcnDeleteEndpoint",
                            [WRAP_HCN_CLOSE] = "HcnCloseEndpoint"}},
    [PLAT_HCN_NAMESPACE] = {"Namespace",
                            "Namespaces",
                            {[WRAP_HCN_ENUMERATE] = "HcnEnumerateNamespaces",
                             [WRAP_HCN_CREATE] = "HcnCreateNamespace",
                             [WRAP_HCN_OPEN] = "HcnOpenNamespace",
                             [WRAP_HCN_MODIFY] = "HcnModifyNamespace",
                             [WRAP_HCN_QUERY] = "HcnQueryNamespaceProperties",
                             [WRAP_HCN_DELETE] = "HcnDeleteNamespace",
                             [WRAP_HCN_CLOSE] = "HcnCloseNamespace"}},
    [PLAT_HCN_LOAD_BALANCER] = {"LoadBalancer",
                                "LoadBalancers",
                                {[WRAP_HCN_ENUMERATE] = "HcnEnumerateLoadBalancers",
                                 [WRAP_HCN_CREATE] = "HcnCreateLoadBalancer",
                                 [WRAP_HCN_OPEN] = "HcnOpenLoadBalancer",
                                 [WRAP_HCN_MODIFY] = "HcnModifyLoadBalancer",
                                 [WRAP_HCN_QUERY] = "HcnQueryLoadBalancerProperties",
                                 [WRAP_HCN_DELETE] = "HcnDeleteLoadBalancer",
                                 [WRAP_HCN_CLOSE] = "HcnCloseLoadBalancer"}},
    [PLAT_HCN_SDN_ROUTE] = {"SdnRoute",
                            "SdnRoutes",
                            {[WRAP_HCN_ENUMERATE] = "HcnEnumerateSdnRoutes",
                             [WRAP_HCN_CREATE] = "HcnCreateSdnRoute",
                             [WRAP_HCN_OPEN] = "HcnOpenSdnRoute",
                             [WRAP_HCN_MODIFY] = "HcnModifySdnRoute",
                             [WRAP_HCN_QUERY] = "HcnQuerySdnRouteProperties",
                             [WRAP_HCN_DELETE] = "HcnDeleteSdnRoute",
                             [WRAP_HCN_CLOSE] = "HcnCloseSdnRoute"}},
};

const char *wrap_hcn_function(enum wrap_hcn_op op, enum plat_hcn_kind kind)
{
    return names[kind].functions[op];
}

const char *wrap_hcn_object(enum plat_hcn_kind kind)
{
    return names[kind].object;
}

const char *wrap_hcn_objects(enum plat_hcn_kind kind)
{
    return names[kind].objects;
}
