using System.Runtime.Versioning;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    [SkippableFact]
    public void A_new_directory_is_its_owners_alone()
    {
        Skip.If(OperatingSystem.IsWindows());
        string path = Path.Combine(_folder, "a", "b");
        using var held = new NodeDirectory(path).Lock(isShared: false);
        Assert.Equal(Owner, File.GetUnixFileMode(path));
    }

    [SkippableFact]
    public void An_old_directory_is_tightened_with_all_that_is_in_it_but_for_one_that_nodes_share()
    {
        Skip.If(OperatingSystem.IsWindows());
        string path = Path.Combine(_folder, "old"), inner = Path.Combine(path, "runs"), file = Path.Combine(inner, "run.msgpack");
        const UnixFileMode Open = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(path, Open);
        Directory.CreateDirectory(inner, Open);
        File.WriteAllText(file, "");
        foreach (string entry in new[] { path, inner, file }) File.SetUnixFileMode(entry, Open);

        using (new NodeDirectory(path).Lock(isShared: true)) Assert.Equal(Open, File.GetUnixFileMode(path));
        List<string> warnings = [];
        using (new NodeDirectory(path).Lock(isShared: false, warnings.Add)) Assert.All(new[] { path, inner, file },
            entry => Assert.Equal(Owner, File.GetUnixFileMode(entry)));
        Assert.Empty(warnings);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
