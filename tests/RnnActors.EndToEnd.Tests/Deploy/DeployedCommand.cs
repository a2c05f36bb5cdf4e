namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>A command of the program as a file under <c>deploy/</c> has it.</summary>
/// <param name="Where">File and service, for the test's name.</param>
/// <param name="Arguments">What follows the program's name.</param>
/// <param name="Environment">The variables that it runs with.</param>
internal sealed record DeployedCommand(string Where, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    public string this[string setting] =>
        Environment.TryGetValue("RnnActors__" + setting, out string? value) ? value : throw new KeyNotFoundException($"{Where} does not set {setting}.");

    /// <summary>The value of an option.</summary>
    public string Option(string name) => Arguments[Arguments.ToList().IndexOf(name) + 1];

    /// <summary>The addresses of <c>RnnActors__Join</c>.</summary>
    public string[] Join => this["Join"].Split(',');
}
