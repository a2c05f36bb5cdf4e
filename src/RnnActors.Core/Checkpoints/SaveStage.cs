namespace RnnActors.Core.Checkpoints;

/// <summary>Where a save is, so that tests can end it there.</summary>
internal enum SaveStage
{
    TemporaryCreated,
    Written,
    Flushed,
    Renamed,
    FolderFlushed,
    Removed,
}
