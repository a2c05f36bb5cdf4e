namespace RnnActors.Training.Tests.Simulation;

/// <summary>Faults of the product that are planted on purpose, to see that the simulation finds them.</summary>
internal enum Bug
{
    None,

    /// <summary>A candidate that is refused, and has only an older copy, takes the run over when the coordinator leaves.</summary>
    OlderCopyTakesOver,

    /// <summary>Nodes hear any coordinator, of whatever epoch.</summary>
    EpochIsNoFence,

    /// <summary>A checkpoint is acknowledged before it is written.</summary>
    AcknowledgedBeforeWritten,

    /// <summary>A candidate answers for a copy before it is on its disk.</summary>
    CopyAnsweredBeforeStored,

    /// <summary>A gradient that two workers computed is added twice.</summary>
    ResultCountedTwice,

    /// <summary>That a run is complete is not stored, so that the next coordinator trains it again.</summary>
    EndIsNotStored,

    /// <summary>Nobody notices a worker that computes wrongly.</summary>
    LiarBelieved,

    /// <summary>A damaged checkpoint is taken for a whole one.</summary>
    TornFileTakenAsWhole,

    /// <summary>A step is counted before the gradients of all shards are in.</summary>
    StepCountedEarly,

    /// <summary>An order is carried out with whatever parameters are there.</summary>
    OrderDoesNotWaitForParameters,

    /// <summary>Gradients are added as they come.</summary>
    SumInOrderOfArrival,

    /// <summary>Preparations and offers are said once and not again.</summary>
    SaidOnce,

    /// <summary>The carried states of a step are taken from the one before.</summary>
    StaleCarriedState,

    /// <summary>A node that audits have found to compute wrongly takes part again.</summary>
    LiarIsLetInAgain,

    /// <summary>An audit's verdict of a process applies to the next process of its name.</summary>
    VerdictIsOfAName,

    /// <summary>A record that a full disk has refused is not written again.</summary>
    RefusedRecordIsForgotten,

    /// <summary>A node that ran out of memory is asked for as much again.</summary>
    ShortNodeIsAskedForTheSame,

    /// <summary>A run that is interrupted is put back without a checkpoint of its last step.</summary>
    PausedWithoutSaving,

    /// <summary>An urgent run waits for the copy of a slow candidate, however long it takes.</summary>
    SlowCandidateIsWaitedFor,

    /// <summary>The run that trains is not told that a more urgent one waits.</summary>
    UrgentRunWaits,

    /// <summary>A node that is prepared for a run forgets the others that it takes part in.</summary>
    PartsOfOtherRunsEnd,

    /// <summary>What a node answers for one run is taken for the answer of another one.</summary>
    AnswerOfAnotherRun,
}
