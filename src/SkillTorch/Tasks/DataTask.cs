namespace SkillTorch.Tasks;
/// <summary>Placeholder until the data room is furnished.</summary>
public abstract class DataTask : IDisposable { /// <inheritdoc/>
 public abstract void Dispose(); }
