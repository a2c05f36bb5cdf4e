using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>
/// A node's configuration, in ascending precedence: <c>appsettings.json</c> in the working directory, environment variables (<c>RnnActors__Port</c>), the
/// command line.
/// </summary>
internal sealed class NodeConfiguration
{
    private const string FileName = "appsettings.json";

    private readonly List<(Option Option, string Key, Func<ParseResult, string?> Read)> _keys = [];

    /// <summary>An option for a text, or for a number that the configuration's reader checks.</summary>
    public NodeConfiguration Text(string name, string key, string description, string help) =>
        Add(new Option<string?>(name) { Description = description, HelpName = help }, key, (parsed, option) => parsed.GetValue(option));

    /// <summary>An option for a list: it may be repeated, or have several values or values with commas.</summary>
    /// <param name="known">Its possible values, if they are few.</param>
    public NodeConfiguration List(string name, string key, string description, string help, params string[] known)
    {
        var list = new Option<string[]?>(name) { Description = description, HelpName = help, AllowMultipleArgumentsPerToken = true };
        if (known.Length > 0) list.CompletionSources.Add(known);
        return Add(list, key, (parsed, option) => parsed.GetValue(option) is { Length: > 0 } all ? string.Join(',', all) : null);
    }

    public NodeConfiguration Number(Option<int?> option, string key) =>
        Add(option, key, (parsed, given) => parsed.GetValue(given)?.ToString(CultureInfo.InvariantCulture));

    public NodeConfiguration Flag(string name, string key, string description) =>
        Add(new Option<bool>(name) { Description = description }, key, (parsed, option) => parsed.GetValue(option) ? "true" : null);

    /// <summary>The certificate options, for nodes and clients.</summary>
    public NodeConfiguration Security() =>
        Text("--certificate", "Tls:Certificate", "The node's certificate (PEM), for mutual TLS.", "FILE")
            .Text("--key", "Tls:Key", "Its private key (PEM).", "FILE")
            .Text("--authority", "Tls:Authority", "The certificate of the cluster's own authority (PEM).", "FILE")
            .Text("--revoked", "Tls:Revoked", "Certificates that are not trusted any more: a serial number or thumbprint a line.", "FILE")
            .Flag("--dangerously-allow-plain-text", nameof(NodeOptions.DangerouslyAllowPlainText),
                "Lets machines speak without certificates: everyone on the network can read and command them.");

    public void AddTo(Command command)
    {
        foreach (var (option, _, _) in _keys) command.Add(option);
    }

    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public IConfigurationRoot Read(ParseResult parsed)
    {
        string file = Path.GetFullPath(FileName);
        var given = new GivenOptions();
        foreach (var (option, key, read) in _keys)
            if (read(parsed) is { } value) given.Add($"{NodeOptions.Section}:{key}", value, option.Name);
        try
        {
            var read = new ConfigurationBuilder()
                .AddJsonFile(file, optional: true)
                .AddEnvironmentVariables()
                .Add(given)
                .Build();
            RefuseMisspelt(read);
            return read;
        }
        catch (InvalidDataException error)
        {
            var cause = error.GetBaseException();
            long line = cause is JsonException { LineNumber: { } number } ? number + 1 : 0;
            throw new InvalidInputException("this is not JSON", "Correct it", new SourceLocation(FileName, line), error);
        }
    }

    /// <summary>Refuses misspelt names of our section, which would be ignored silently. Other sections belong to others.</summary>
    private static void RefuseMisspelt(IConfigurationRoot read)
    {
        foreach (var section in read.GetChildren())
        {
            if (section.Value is not null || section.Key.Equals(NodeOptions.Section, StringComparison.OrdinalIgnoreCase)) continue;
            if (section.Key.StartsWith("Rnn", StringComparison.OrdinalIgnoreCase) && Suggestion.Nearest(section.Key, [NodeOptions.Section]) is { } meant)
                throw new InvalidInputException($"appsettings.json or the environment has a section {section.Key}", $"Did you mean {meant}");
        }
    }

    private NodeConfiguration Add<TOption>(TOption option, string key, Func<ParseResult, TOption, string?> read)
        where TOption : Option
    {
        _keys.Add((option, key, parsed => read(parsed, option)));
        return this;
    }
}
