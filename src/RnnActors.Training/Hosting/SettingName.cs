using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace RnnActors.Training.Hosting;

/// <summary>What people wrote to set a key, and where: an option, a variable, a key of a file.</summary>
internal static class SettingName
{
    /// <param name="key">With its section. Of several sources that have it, the strongest one's name.</param>
    public static string Of(IConfiguration configuration, string key)
    {
        if (configuration is not IConfigurationRoot root) return key;
        foreach (var provider in root.Providers.Reverse())
            if (Has(provider, key)) return NameIn(provider, key);
        return key;
    }

    private static bool Has(IConfigurationProvider provider, string key) => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any();

    private static string NameIn(IConfigurationProvider provider, string key) => provider switch
    {
        ISettingNames named => named.NameOf(key),
        ChainedConfigurationProvider chained => Of(chained.Configuration, key),
        EnvironmentVariablesConfigurationProvider => $"{key.Replace(":", "__", StringComparison.Ordinal)} in the environment",
        FileConfigurationProvider { Source.Path: { } path } => $"{key} in {Path.GetFileName(path)}",
        _ => key,
    };
}
