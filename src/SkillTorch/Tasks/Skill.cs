namespace SkillTorch.Tasks;
/// <summary>x</summary>
public sealed record Skill(int Index, string Name, double Frequency);
