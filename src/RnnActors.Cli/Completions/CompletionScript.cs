namespace RnnActors.Cli.Completions;

/// <summary>The shells' scripts, which call <see cref="Suggestions"/>. They lie beside this file.</summary>
internal static class CompletionScript
{
    public static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    /// <param name="shell">One of <see cref="Shells"/>.</param>
    public static string For(string shell)
    {
        using var stream = typeof(CompletionScript).Assembly.GetManifestResourceStream($"rnnactors.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
