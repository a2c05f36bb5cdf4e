using System.Reflection;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using Xunit;

namespace RnnActors.Data.Tests.Tasks;

public sealed class ExplainedRowsTests
{
    /// <summary>A new kind of task that forgets it is found here: what each kind's <see cref="TaskKind.Restore"/>
    /// gives stands in its own folder and overrides <see cref="FittedTask.Explain"/>.</summary>
    [Fact]
    public void Every_kind_of_task_can_be_explained()
    {
        Type[] fitted = [.. typeof(FittedTask).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FittedTask)) && !type.IsAbstract)];
        TaskKind[] kinds = [.. TaskKinds.All.Where(kind => kind.GetType().Assembly == typeof(FittedTask).Assembly)];
        foreach (TaskKind kind in kinds)
        {
            Type[] own = [.. fitted.Where(type => type.Namespace == kind.GetType().Namespace)];
            Assert.NotEmpty(own);
            foreach (Type type in own)
                Assert.NotEqual(typeof(FittedTask), type.GetMethod(nameof(FittedTask.Explain), BindingFlags.Public | BindingFlags.Instance)!.DeclaringType);
        }
    }
}
