using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Core.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_few_and_the_best_are_kept()
    {
        using CheckpointStore store = new(_folder["run"], keep: 2);
        Assert.Equal(_folder[Path.Combine("run", "step-00000100.safetensors")], Save(store, 100));
        Save(store, 200, isBest: true);
        Save(store, 300);
        Save(store, 400);
        Assert.Equal([400L, 300], store.Folder.Steps());
        Assert.Equal(200, store.Best().Found?.Step);
        Assert.Equal(400, store.Newest().Found?.Step);
        Assert.Equal(400f, store.Newest().Found!.File["w"].Values<float>()[0]);
    }

    [Fact]
    public void Saving_a_step_again_replaces_it()
    {
        using CheckpointStore store = new(_folder.Path, keep: 1);
        Save(store, 5);
        store.Save(5, [TestTensors.Floats("w", 6)], [], isBest: false);
        Assert.Equal(["step-00000005.safetensors"], _folder.Names);
        Assert.Equal(6f, store.Newest().Found!.File["w"].Values<float>()[0]);
    }

    [Fact]
    public void Going_on_from_an_earlier_step_never_removes_what_was_just_saved()
    {
        using CheckpointStore store = new(_folder.Path, keep: 1);
        Save(store, 200);
        Save(store, 100);
        Assert.Equal([200L, 100], store.Folder.Steps());
    }

    [Fact]
    public void Newest_passes_over_damaged_files_and_says_which_and_why()
    {
        using CheckpointStore store = new(_folder.Path, keep: 5);
        for (int step = 1; step <= 4; step++) Save(store, step);
        byte[] third = File.ReadAllBytes(store.Folder.PathOf(3));
        third[^1] ^= 1;
        File.WriteAllBytes(store.Folder.PathOf(3), third);
        File.Copy(store.Folder.PathOf(1), store.Folder.PathOf(4), overwrite: true);
        File.WriteAllText(_folder["step-7.safetensors"], "a name that we do not write");

        CheckpointSearch search = store.Newest();
        Assert.Equal(2, search.Found?.Step);
        Assert.Equal([store.Folder.PathOf(4), store.Folder.PathOf(3)], search.Skipped.Select(s => s.Path));
        Assert.Contains("it is the checkpoint of step 1", search.Skipped[0].Reason, StringComparison.Ordinal);
        Assert.Contains("damaged", search.Skipped[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_is_the_last_resort()
    {
        using CheckpointStore store = new(_folder.Path, keep: 1);
        Save(store, 1, isBest: true);
        File.WriteAllBytes(store.Folder.PathOf(1), []);
        Assert.Equal((1, 1), (store.Newest().Found?.Step, store.Newest().Skipped.Count));
    }

    [Fact]
    public void An_empty_or_missing_folder_has_no_checkpoint()
    {
        CheckpointFolder missing = new(_folder["none"]);
        Assert.Null(missing.Newest().Found);
        Assert.Null(missing.Best().Found);
        Assert.Empty(missing.Newest().Skipped);
    }

    [Fact]
    public void A_folder_that_went_away_fails_the_save()
    {
        using CheckpointStore store = new(_folder["run"], keep: 1);
        Directory.Delete(_folder["run"], recursive: true);
        Assert.Throws<CheckpointFailedException>(() => Save(store, 1));
    }

    [Fact]
    public void A_name_that_cannot_be_replaced_fails_the_save()
    {
        using CheckpointStore store = new(_folder.Path, keep: 1);
        Directory.CreateDirectory(Path.Combine(store.Folder.PathOf(1), "x"));
        Assert.Throws<CheckpointFailedException>(() => Save(store, 1));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_at_once()
    {
        File.WriteAllText(_folder["file"], "");
        foreach (string path in (string[])[_folder["file"], Path.Combine(_folder["file"], "run"), ""])
            Assert.Equal(path, Assert.Throws<InvalidInputException>(() => new CheckpointStore(path, keep: 1)).Where?.Path);
    }

    [Fact]
    public void A_second_writer_is_refused_and_told_who_holds_the_folder()
    {
        using (CheckpointStore store = new(_folder.Path, keep: 1))
        {
            string message = Assert.Throws<InvalidInputException>(() => new CheckpointStore(_folder.Path, keep: 1)).Message;
            Assert.Contains($"process {Environment.ProcessId} on ", message, StringComparison.Ordinal);
            Save(store, 1);
        }

        using CheckpointStore next = new(_folder.Path, keep: 1);
        Assert.Equal(1, next.Newest().Found?.Step);
    }

    private static string Save(CheckpointStore store, long step, bool isBest = false) =>
        store.Save(step, [TestTensors.Floats("w", step)], [new("epoch", "1")], isBest);
}
