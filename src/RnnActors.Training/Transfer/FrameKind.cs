namespace RnnActors.Training.Transfer;

/// <summary>What a frame of the tensor channel carries. The numbers are those on the wire.</summary>
public enum FrameKind : byte
{
    /// <summary>The parameters of a step.</summary>
    Parameters = 1,

    /// <summary>The gradient's sum over a node of the reduction tree.</summary>
    Gradient = 2,

    /// <summary>The carried hidden state of shards: before the step on its way to a node, after it on its way back.</summary>
    State = 3,

    /// <summary>A file, named by the hash of its bytes.</summary>
    File = 4,

    /// <summary>The sender of this frame wants a file.</summary>
    FileRequest = 5,

    /// <summary>A file has come and is on the disk, flushed.</summary>
    FileStored = 6,

    /// <summary>A file that was asked for is not there, or one that came could not be stored.</summary>
    FileFailed = 7,

    /// <summary>A message of a step: it takes the way of the numbers that it tells of.</summary>
    Message = 8,

    /// <summary>The sender of this frame has made shared memory, of the name in the file's place.</summary>
    SharingOffered = 9,

    /// <summary>Shared memory that was offered is open.</summary>
    SharingAccepted = 10,

    /// <summary>Shared memory that was offered cannot be opened.</summary>
    SharingRefused = 11,
}
