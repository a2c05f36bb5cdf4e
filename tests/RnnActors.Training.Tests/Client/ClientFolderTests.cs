using RnnActors.Training.Client;
using Xunit;

namespace RnnActors.Training.Tests.Client;

public sealed class ClientFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void What_a_killed_client_left_behind_is_removed_by_the_next_and_nothing_else()
    {
        using var living = ClientFolder.Create(_parent);
        string killed = Path.Combine(_parent, "rnnactors-client-killed"), other = Path.Combine(_parent, "other");
        foreach (string folder in (string[])[killed, other])
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "data"), "much");
        }

        using (ClientFolder.Create(_parent, minAge: TimeSpan.Zero)) Assert.False(Directory.Exists(killed));
        Assert.Equal([other, living.Path], Directory.GetDirectories(_parent).Order(StringComparer.Ordinal));
        Directory.CreateDirectory(killed);
        using (ClientFolder.Create(_parent)) Assert.True(Directory.Exists(killed)); // it may have been made just now
    }
}
