using RnnActors.Core.Checkpoints;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;

namespace RnnActors.Core.Fitting;

/// <content>Saving and loading.</content>
public sealed partial class Sequential
{
    /// <summary>
    /// Writes layers, parameters and training state to one safetensors file, whose tensors have PyTorch's names. An existing file is replaced atomically; where
    /// something fails it stands unchanged.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="NotSupportedException">A layer, loss, optimiser or schedule is not one of this library's.</exception>
    public void Save(string path)
    {
        if (Model is null || State is null || _loss is null) throw new InvalidOperationException("Fit the model before it is saved.");
        var training = new TrainingSpec
        {
            Loss = _loss,
            Optimizer = _optimizer!,
            Schedule = _schedule,
            ClipNorm = _clipNorm,
            Averaging = _averaging,
        };
        var identity = new RunIdentity(new SequentialFile(Model.Input, Model.Spec, training).ToJson(), "{}", "");
        DurableFile.Write(
            path,
            stream => CheckpointFile.Write(
                stream, State.Progress.Step, TrainingCheckpoint.Tensors(Model, training, State),
                    TrainingCheckpoint.Metadata(Model, training, State, identity)));
    }

    /// <summary>Loads a model that <see cref="Save"/> wrote. It is compiled, predicts the same bits, and continues training to the same bits.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, is damaged, or was not written by <see cref="Save"/>.</exception>
    public static Sequential Load(string path)
    {
        var checkpoint = CheckpointFile.Read(path);
        var file = SequentialFile.Parse(TrainingCheckpoint.Identity(checkpoint).Specification, path);
        var sequential = new Sequential([.. file.Model.Layers]) { Model = new Model(file.Model, file.Input) };
        sequential.Compile(file.Training.Optimizer, file.Training.Loss, file.Training.Schedule, file.Training.ClipNorm, file.Training.Averaging);
        sequential.State = TrainingCheckpoint.Restore(checkpoint, sequential.Model, file.Training);
        return sequential;
    }
}
