namespace RnnActors.Data.Tasks;

/// <summary>What a specification says about its data. The kind of data decides the task.</summary>
public abstract record DataSpec;
