namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of its visible files, sorted.</summary>
    public string[] Names => [.. Directory.GetFiles(Path).Select(p => System.IO.Path.GetFileName(p)!).Where(n => n[0] != '.').Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
