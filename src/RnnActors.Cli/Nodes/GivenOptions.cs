using Microsoft.Extensions.Configuration;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>Command-line options as a configuration source, with the options' names for errors.</summary>
internal sealed class GivenOptions : ConfigurationProvider, IConfigurationSource, ISettingNames
{
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string key, string value, string option)
    {
        Data[key] = value;
        _names[key] = option;
    }

    public string NameOf(string key) => _names.GetValueOrDefault(key, key);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
