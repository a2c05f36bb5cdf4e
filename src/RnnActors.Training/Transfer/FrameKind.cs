namespace RnnActors.Training.Transfer;

/// <summary>The kinds of frames; the values are those on the wire.</summary>
public enum FrameKind : byte
{
    /// <summary>The parameters of a step.</summary>
    Parameters = 1,

    /// <summary>A gradient, summed over a tree node.</summary>
    Gradient = 2,

    /// <summary>The carried hidden states of shards: on the way to a node before the step, and back after it.</summary>
    State = 3,

    /// <summary>A file, named by the hash of its bytes.</summary>
    File = 4,

    /// <summary>A request for a file.</summary>
    FileRequest = 5,

    /// <summary>A file was stored and flushed.</summary>
    FileStored = 6,

    /// <summary>A requested file does not exist, or a sent one could not be stored.</summary>
    FileFailed = 7,

    /// <summary>A message of a step, in order with the floats that it announces.</summary>
    Message = 8,

    /// <summary>An offer of shared memory, named in the file's place.</summary>
    SharingOffered = 9,

    /// <summary>Offered shared memory was opened.</summary>
    SharingAccepted = 10,

    /// <summary>Offered shared memory could not be opened.</summary>
    SharingRefused = 11,
}
