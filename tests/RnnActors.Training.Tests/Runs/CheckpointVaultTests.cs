using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

public sealed class CheckpointVaultTests : IDisposable
{
    private readonly CheckpointFolder _folder = new(Directory.CreateTempSubdirectory("rnnactors-").FullName);
    private readonly List<string> _told = [];

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void Of_the_checkpoints_the_newest_counts_and_the_best()
    {
        foreach (long step in new long[] { 1, 3, 2 }) File.WriteAllText(_folder.PathOf(step), $"step {step}");
        File.WriteAllText(_folder.BestPath, "best");
        var files = ReplicaFiles.Newest(_folder, _told.Add);
        Assert.Equal([_folder.PathOf(3), _folder.BestPath], files.Select(file => Path.Combine(_folder.Path, file.Name)));
        Assert.All(files, file => Assert.Equal(ContentHash.OfFile(Path.Combine(_folder.Path, file.Name)).ToString(), file.Hash));
        Assert.Empty(_told);
    }

    [SkippableFact]
    public void One_that_cannot_be_read_is_told_of_and_passed_over()
    {
        Skip.If(OperatingSystem.IsWindows(), "A link that leads to itself is made as other systems have it.");
        File.WriteAllText(_folder.PathOf(1), "step 1");
        File.CreateSymbolicLink(_folder.PathOf(2), _folder.PathOf(2)); // nobody, however privileged, can open it
        File.WriteAllText(_folder.BestPath, "best");
        Assert.Equal(["step-00000001.safetensors", "best.safetensors"], ReplicaFiles.Newest(_folder, _told.Add).Select(file => file.Name));
        Assert.StartsWith($"The checkpoint '{_folder.PathOf(2)}' cannot be read and is passed over: ", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_none_nothing_is_told()
    {
        Assert.Empty(ReplicaFiles.Newest(_folder, _told.Add));
        Assert.Empty(ReplicaFiles.Newest(new CheckpointFolder(Path.Combine(_folder.Path, "no", "folder")), _told.Add));
        Assert.Empty(_told);
    }
}
