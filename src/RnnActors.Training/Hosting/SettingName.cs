using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace RnnActors.Training.Hosting;

/// <summary>Where a key was set, for errors: an option, a variable, or a key of a file.</summary>
internal static class SettingName
{
    /// <param name="key">The key with its section. Of several sources, the one of highest precedence counts.</param>
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
